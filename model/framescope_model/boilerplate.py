"""Lines that belong to the page around an article: menus, share buttons, bylines, credits, comment forms.

The rules are tables of whole-line patterns. They are meant to be precise, not exhaustive: a menu line that is scored
does less harm than a sentence of the story that is not, so that every pattern has to match the line from end to end.
"""

import re

MAX_CHARS = 300
"""Longer lines are taken for text, however they begin (rulers of dots or dashes excepted)."""

# Rulers, bullets left alone, and characters that print nothing. "!", "?" and emoji are somebody's reaction and stay.
_RULER = re.compile(r"[\s\-‐-―−_*=~^·•▪■●◦|¦/\\<>›»+#.…,:;()\[\]{}&\u200b-\u200f\u2060\ufeff\u00ad]*+")

_PHRASES = frozenset(
    phrase.strip()
    for line in """
    abstract | full text | letters | correction appended | analysis/opinion | modal trigger | see gallery
    buy now | play video | latest video | advertisement | advertisements | advertising | sponsored
    sponsored content | sponsored links | promoted | promoted content | paid content | continued below
    continue reading | read more | read more here | read the whole article | read the full story
    read full article | related | related articles | related stories | related posts | related content
    related coverage | related topics | related news | related video | related videos | recommended
    recommended articles | recommended videos | recommended for you | recommended stories | trending
    trending now | trending headlines | trending stories | most read | most popular | more stories
    top stories | you may also like | you might also like | editor's picks | editors' picks | share
    share this | share this article | share this story | share this post | share on facebook
    share on twitter | share via email | tweet | tweet this | pin it | copy link | email | email address
    website | comments | leave a reply | leave a comment | post a comment | add a comment
    show all comments | view comments | view all comments | cancel reply | load more comments | post comment
    join the conversation | join the discussion | thank you for signing up | back to top | print
    print this article | print this article back to top | facebook | twitter | instagram | linkedin
    whatsapp | pinterest | telegram | youtube | sign up | sign in | log in | login | subscribe
    subscribe now | subscribe today | sign up now | menu | skip to content | skip to main content
    skip to navigation | privacy - terms | privacy policy | terms of use | terms of service
    terms and conditions | cookie policy | contact us | about us | follow us | tags | filed under
    caption settings dialog | this is a modal window | recaptcha requires verification
    protected by recaptcha | getty | getty images | file photo | ap photo | reuters | afp | associated press
    photo credit | with inputs from agencies | fullscreen | audio track | playback rate | back to homepage
    close this window | featured image | our standards: the thomson reuters trust principles
    """.splitlines()
    for phrase in line.split("|")
    if phrase.strip()
)
"""Whole lines, in lower case and without the marks around them."""

_NETWORKS = r"(?:facebook|twitter|instagram|linkedin|telegram|youtube|whatsapp|tiktok|gab|parler|x|rss|google\+?)"
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CLOCK = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?|[ap]\.?m\.?|e[sd]?t|p[sd]?t|gmt|utc|"
    r"bst|cet|at|on)"
)
_DATE = rf"(?:{_MONTHS}|{_CLOCK}|\d{{1,4}}(?:st|nd|rd|th)?)"
_AGENCY = (
    r"(?:getty(?: images)?|ap(?: photo)?|associated press|reuters|afp|epa|shutterstock|istock|"
    r"bloomberg(?: news)?|wikimedia commons|flickr|alamy|screengrab|screenshot)"
)

_PATTERNS = (
    # numbers alone: pages, list items that lost their text, references
    r"[\[(]?\d{1,3}[\])]?[.:]?",
    # addresses and handles alone
    r"(?:https?://|www\.|pic\.twitter\.com/)\S+",
    r"(?:follow )?@\w{1,30}",
    r"[—–-]{1,2} ?.{1,60}\(@\w{1,30}\).{0,30}",
    # invitations to follow, subscribe, click, give
    rf"(?:you can )?(?:please )?(?:follow|(?:like|find|join)(?= (?:us|me|our)\b)) .{{1,80}} on {_NETWORKS}\b.{{0,120}}",
    rf"follow on {_NETWORKS}\b.{{0,60}}",
    r"(?:sign up|subscribe)\b(?=.{0,80}\b(?:newsletters?|inbox|e-?mails?|updates|channel|alerts|here)\b).{0,160}",
    r"(?:want more .{1,60}\? )?sign up for .{1,80}newsletters?\b.{0,60}",
    r"\W{0,3}click (?:here|below|on this link|the link)\b.{0,120}",
    r"(?:have a tip|want to advertise|do you have a story for)\b.{0,100}\?.{0,80}",
    r"(?:e-?mail us at|contact (?:us|the author) at) .{1,100}",
    r"(?=.*\b(?:our|us)\b)[^\"“”]{0,140}\bplease (?:consider|make)\b.{0,30}\bdonat(?:ion|ing|e)\b[^\"“”]{0,120}",
    r"support (?:us|our work|our journalism|independent journalism)(?: (?:today|now|on patreon|with a donation))?[.!]?",
    # pointers to other pages
    r"\[?(?:read|see) (?:more|also|next)\s?[:>»|–—-].{0,200}",
    r"read (?:more|the rest|the full (?:story|article|report)) (?:at|on|here|in|from)\b.{0,80}",
    r"(?:also|must) read\s?:.{0,200}",
    r"(?:related(?: (?:articles?|stor(?:y|ies)|posts?))?|trending|recommended|most read|more from "
    r"[^.:]{1,40}|more on this(?: story)?)\s?:.{0,200}",
    r"most read in .{1,30}|read all the latest news.{0,200}",
    r"(?:tags?|filed under|topics|categor(?:y|ies))\s?:.{0,200}",
    r"(?:take our poll|(?:story|article) continues (?:below|after)|advertisement\s?[-–—:]).{0,160}",
    # comment and sign-up forms, consent
    r"[\d,.]+k? (?:comments?|shares?|replies|views|likes|retweets)",
    r"(?:e-?mail|name|website|comment|phone|message|first name|last name|zip code|your name|your e-?mail) ?\*",
    r"(?:leave a (?:reply|comment)|reply to|post a comment) (?:cancel|here|below)\b.{0,40}",
    r"(?:\S+ )?this field is for validation purposes and should be left unchanged\.?",
    r"(?:your e-?mail address will not be published|required fields are marked|save my name, e-?mail|"
    r"notify me of (?:follow-?up|new)).{0,160}",
    r"you must be (?:logged|signed) in to .{1,60}|(?:log|sign) in to (?:comment|reply|leave|post).{0,60}",
    r"you (?:may opt out|can unsubscribe|may unsubscribe|also agree to).{0,160}",
    r"by (?:clicking|subscribing|signing up|completing|submitting|registering|continuing|"
    r"using)\b.{0,100}\byou (?:agree|consent|accept|acknowledge)\b.{0,160}",
    r"completing this poll grants you access.{0,120}",
    r"(?:this|our) (?:web)?site uses cookies.{0,200}|we use cookies.{0,200}",
    r"please let us know if you[’']re having issues with commenting.{0,20}|thank you for sharing your "
    r"thoughts\..{0,60}",
    r".{0,60}welcomes your comments\b.{0,160}",
    # video players
    r"(?:unable to play video|no compatible source was found|to view this video please enable|due to "
    r"restrictions, this video).{0,160}",
    r"(?:loaded|progress)\s?: \d+%|(?:current|duration|remaining) time -?\d+:\d+|stream type ?live|font "
    r"size \d+%.{0,120}",
    r"beginning of dialog window\..{0,80}|please enable javascript.{0,80}",
    # rights and provenance
    r"(?:©|\(c\)|&copy;|copyright)\s?(?:©|\(c\)|&copy;)?\s?(?:19|20)\d\d\b.{0,220}",
    r"(?:.{0,100}\W)?all rights reserved\b.{0,180}",
    r"this (?:material|content) may not be (?:published|reproduced|republished|copied)\b.{0,160}",
    r"(?:this )?(?:article|story|post|column|report|piece) (?:was |is )?(?:posted|re-?posted|reprinted|"
    r"republished) (?:here )?with permission\b.{0,100}",
    r"re(?:printed|published|posted) (?:here )?with (?:the )?(?:kind )?permission\b.{0,100}",
    r"(?:this )?(?:article|story|post|column|report|piece) (?:was |has been )?(?:first|originally) "
    r"(?:published|appeared|posted)\b.{0,140}",
    r"the views (?:and opinions )?(?:expressed )?.{0,100}\b(?:do not necessarily|are not the views|their "
    r"own|are (?:those of )?the author|author[’']s own)\b.{0,140}",
    r".{1,160} contributed (?:reporting )?to this (?:report|story|article)\.?",
    r"\(?(?:additional )?reporting by .{1,160}(?:editing|writing|reporting) by .{1,120}|\((?:reporting|"
    r"writing|editing) by .{1,160}\)",
    # credits of pictures
    r"(?!.*\b(?:shows?|showed|is|was|are|were|has|have|had)\b)(?!\w+ by (?:photo|image|picture)\b)"
    r"[\[(]?(?:featured )?(?:photo|image|picture|screenshot)s?(?: credits?| source| courtesy(?: "
    r"of)?)?\s?(?:by|via|:) ?(?:\S+ ){0,6}\S+",
    r"[\[(](?:(?:featured )?image|photo|screenshot|screengrab|via|h/t|ap)\b[^.!?]{0,80}[\])]",
    # dates alone
    rf"(?!on\b|at\b|may \d+$)(?=.*\d)(?=.*(?:{_MONTHS}|[ap]\.?m\b))(?:{_DATE}[\s,.:|/·–—-]*+){{1,14}}",
    rf"(?:first |last )?(?:published|posted|updated|modified)\b(?=.*\d)[\s:]*(?:{_DATE}[\s,.:|/·–—-]*+){{1,14}}",
)
_ANY = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)

_NAME = r"(?:[A-Z][\w.'’-]+|[A-Z]\.|de|van|von|der|al|bin|la|el)"
_PERSON = rf"{_NAME}(?: {_NAME}){{1,3}}"
_NO_PERSON = (
    r"(?!(?:Any|The|All|A|An|No|Popular|Their|His|Her|Our|Your|My|Its|This|That|These|Those|Some|Every|Far|Land|Sea|"
    r"Air|Design|Now)\b)"
)
_CASED = re.compile(
    rf"(?:By|BY|Posted by|Written by|Guest post by):? {_NO_PERSON}{_PERSON}(?:(?:,| and| AND| &) {_PERSON}){{0,3}}"
    rf"(?:(?:,|\s?[|/·–—-]|\sfor|\sof)\s.{{1,40}})?|{_PERSON}\s?/\s?(?i:{_AGENCY})(?:\s(?:via|for)\s.{{1,40}})?\.?"
)

_BUTTONS = frozenset(
    word
    for line in """
    facebook twitter instagram linkedin whatsapp pinterest reddit telegram youtube tumblr google google+ flipboard
    messenger tiktok rss share shares tweet tweets pin email e-mail print comments likes subscribe sms gab parler
    """.splitlines()
    for word in line.split()
)
_GLUE = frozenset(["on", "via", "this", "link", "copy", "with", "&", "+", "us", "comment", "like", "follow", "by"])


def is_boilerplate(line: str) -> bool:
    """Whether ``line`` (without a line break) is a menu entry, button, credit, form or notice and no text to score."""
    if _RULER.fullmatch(line):
        return True
    if len(line) > MAX_CHARS:
        return False
    line = " ".join(line.split())
    if len(line) < 2:
        return line.isdecimal()
    return _is_phrase(line) or _is_button_row(line) or bool(_ANY.fullmatch(line) or _CASED.fullmatch(line))


def _is_phrase(line: str) -> bool:
    return line.casefold().replace("’", "'").strip(' .:*|>»›[]()!…-–—"') in _PHRASES


def _is_button_row(line: str) -> bool:
    """Two or more names of networks or buttons, with counts: "557 SHARES Facebook Twitter"."""
    words = line.casefold().split()
    if not 2 <= len(words) <= 20:
        return False
    bare = [word.strip(".,:|•·-/") for word in words]
    buttons = sum(word in _BUTTONS for word in bare)
    return 2 * buttons >= len(words) and all(map(_may_stand_in_button_row, bare))


def _may_stand_in_button_row(word: str) -> bool:
    return not word or word in _BUTTONS or word in _GLUE or word.rstrip("k").replace(",", "").isdecimal()
