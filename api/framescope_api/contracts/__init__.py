"""The wire contracts of other services that clients in newsrooms already speak, one subpackage each."""
