"""The wording of the fourteen techniques, whose definitions are those of the Propaganda Techniques Corpus."""

from collections.abc import Mapping

from framescope_api.page.wording.entries import Example, Wording

TECHNIQUES: Mapping[str, Wording] = {
    "loaded_language": Wording(
        "Loaded language",
        (
            Example(
                "The council unleashed a merciless assault on tenants.",
                "Words of war for a decision on rents.",
                "unleashed a merciless assault",
            ),
        ),
        (Example("The council ended the cap on rents.", "It says what was decided, without a charge."),),
        "Use the plainest word that is exact. Ask which word the people concerned would accept.",
    ),
    "name_calling": Wording(
        "Name calling or labelling",
        (
            Example(
                "Once more the puppets of big oil have had their way.",
                "A label that the audience despises stands in for who is meant.",
                "puppets of big oil",
            ),
        ),
        (Example("Members who took donations from oil companies voted for it.", "It says who, and what they did."),),
        "Name people by what they are or did. Leave labels to quotations, with their speakers.",
    ),
    "repetition": Wording(
        "Repetition",
        (
            Example(
                "They lied about the costs. They lied about the date. They lied about everything.",
                "The same charge again and again, so that it sticks.",
                "They lied about the costs. They lied about the date. They lied about everything",
            ),
        ),
        (Example("The costs rose twice, in March and in June.", "Two events, each told once."),),
        "Say it once, with its ground. A message that needs repeating may need evidence.",
    ),
    "exaggeration_minimisation": Wording(
        "Exaggeration or minimisation",
        (
            Example(
                "The new form has completely destroyed the civil service.",
                "A nuisance is made a catastrophe.",
                "completely destroyed the civil service",
            ),
            Example(
                "The spill was just a few drops of oil.",
                "What may be serious is made small.",
                "just a few drops of oil",
            ),
        ),
        (Example("The spill covered two square kilometres.", "The size is given."),),
        "Give the size, and what it is measured against.",
    ),
    "doubt": Wording(
        "Doubt",
        (
            Example(
                "Can anybody still trust a commission that meets behind closed doors?",
                "Its credibility is questioned without a ground that could be checked.",
                "Can anybody still trust a commission that meets behind closed doors",
            ),
        ),
        (Example("The commission published no minutes of its last four meetings.", "The ground itself is told."),),
        "Tell the fact that gives rise to the doubt, and put the question to those whom it concerns.",
    ),
    "appeal_to_fear": Wording(
        "Appeal to fear or prejudice",
        (
            Example(
                "Unless the law is passed, nobody will be safe in their own bed.",
                "Support is sought by anxiety about the alternative.",
                "nobody will be safe in their own bed",
            ),
        ),
        (
            Example(
                "Burglaries rose by four per cent, the police statistics show.", "A measured risk, with its source."
            ),
        ),
        "Give the risk as a number, its source, and what the alternatives are expected to change.",
    ),
    "flag_waving": Wording(
        "Flag-waving",
        (
            Example(
                "Every true patriot will stand behind the tariff.",
                "Loyalty to the nation is played on for a measure.",
                "Every true patriot will stand behind the tariff",
            ),
        ),
        (Example("The tariff protects three steelworks, its sponsors say.", "An argument for it, attributed."),),
        "Argue from what the measure does. Whom it makes a patriot is no reason.",
    ),
    "causal_oversimplification": Wording(
        "Causal oversimplification",
        (
            Example(
                "Rents exploded because of the new railway station.",
                "One cause for what has several.",
                "because of the new railway station",
            ),
        ),
        (Example("Rents rose with interest rates, new jobs and the railway.", "Several causes are named."),),
        "Ask what else changed at the time, and who has measured the part of each.",
    ),
    "slogans": Wording(
        "Slogan",
        (
            Example(
                "Take back our harbour! The petition is open until Sunday.",
                "A brief and striking phrase in place of a reason.",
                "Take back our harbour",
            ),
        ),
        (Example("The petition asks the city to buy the harbour.", "It says what is wanted."),),
        "Quote the slogan as somebody's slogan, and say what it asks for.",
    ),
    "appeal_to_authority": Wording(
        "Appeal to authority",
        (
            Example(
                "The dam is safe, because the professor says it is.",
                "Who says it stands in for why it is so.",
                "because the professor says it is",
            ),
        ),
        (
            Example(
                "The dam withstood twice the expected load in tests, Professor Lind said.",
                "The evidence is given.",
            ),
        ),
        "Give the evidence beside the name, and say what the authority is an authority on.",
    ),
    "false_dilemma": Wording(
        "False dilemma",
        (
            Example(
                "Either we build the bypass or the town dies.",
                "Two alternatives as if there were no other.",
                "Either we build the bypass or the town dies",
            ),
        ),
        (Example("The council compared four routes and a toll.", "The alternatives are told."),),
        "Name the alternatives that were left out, or who says that there is none.",
    ),
    "thought_terminating_cliche": Wording(
        "Thought-terminating cliché",
        (
            Example(
                "The factory closed, but it is what it is.",
                "A generic phrase ends the question why.",
                "it is what it is",
            ),
        ),
        (Example("The factory closed after its largest customer left.", "The reason is given."),),
        "Strike the phrase, and see which question it had closed.",
    ),
    "whataboutism_straw_man_red_herring": Wording(
        "Whataboutism, straw man, red herring",
        (
            Example(
                "They complain about our emissions, but what about their own airports?",
                "A charge of hypocrisy in place of an answer.",
                "what about their own airports",
            ),
        ),
        (Example("Emissions of both ports rose last year, by three and five per cent.", "It stays with the matter."),),
        "Answer the point first. Report the counter-charge as a matter of its own.",
    ),
    "bandwagon_reductio_ad_hitlerum": Wording(
        "Bandwagon, reductio ad Hitlerum",
        (
            Example(
                "Everybody is voting for the merger, so it must be right.",
                "That many do it stands in for a reason.",
                "Everybody is voting for the merger",
            ),
            Example(
                "Only dictators ever liked the idea of a city census.",
                "Who is said to like it stands in for what it is.",
                "Only dictators ever liked the idea",
            ),
        ),
        (Example("The merger was approved by 312 votes to 40.", "A result, told as one."),),
        "Judge the idea by what it does. Numbers of followers, and their names, are a different story.",
    ),
}
