"""The wording of the five sourcing features, after the annotation guideline 1.2."""

from collections.abc import Mapping

from framescope_api.page.wording.entries import Example, Wording

SOURCING: Mapping[str, Wording] = {
    "unattributed_superlative": Wording(
        name="Unattributed superlative",
        positives=(
            Example(
                "The valley is going through the worst drought in its history.",
                "An extreme in the writer's own voice: who says so, and measured how?",
                "the worst drought in its history",
            ),
            Example(
                "Parliament passed a budget of unprecedented harshness on Friday.",
                "“Unprecedented” places the budget beyond all others, and nobody vouches for it.",
                "a budget of unprecedented harshness",
            ),
            Example(
                "Analysts say rents have risen to record highs.",
                "“Analysts” vouch for nothing: the reader cannot ask them.",
                "record highs",
            ),
        ),
        negatives=(
            Example(
                "The drought is the worst since 1931, the weather service said.",
                "A source that answers for the claim is named in the same sentence.",
            ),
            Example(
                "The fire began in the country's second-largest city.",
                "The extreme only tells which city is meant, and any reference work gives it.",
            ),
            Example("At least forty people were taken to hospital, most of them by bus.", "No extreme of a scale."),
        ),
        advice=(
            "Ask “says who?”. Name the source of the record or the rank, and the scale and period it was measured "
            "over. Where there is none, give the figure and leave the extreme out."
        ),
    ),
    "state_official_narrative": Wording(
        name="State-official narrative",
        positives=(
            Example(
                "The unrest was organised from abroad, the interior ministry said.",
                "Relayed: the ministry's blame stands, and nothing in the paragraph questions it.",
                "The unrest was organised from abroad, the interior ministry said",
            ),
            Example(
                "Troops entered the province on Monday to protect its people from extremists.",
                "Adopted: the official justification is told as the writer's own fact.",
                "to protect its people from extremists",
            ),
            Example(
                "“We have broken the enemy's defences,” the army's spokesman said.",
                "Relayed: a battle claim that nobody was asked to confirm.",
                "“We have broken the enemy's defences,” the army's spokesman said",
            ),
        ),
        negatives=(
            Example(
                "The unrest was organised from abroad, the interior ministry said, without giving evidence.",
                "The same passage says what the claim lacks.",
            ),
            Example(
                "The foreign minister met his counterpart in the capital and will return on Friday.",
                "Procedure: nothing contested is claimed.",
            ),
            Example(
                "The army said it had taken the town; a resident reached by telephone said it had not.",
                "A contrary source stands next to the claim.",
            ),
        ),
        advice=(
            "Say in the same paragraph what is known from elsewhere: another source, a figure, or that the claim could "
            "not be checked. Keep official terms in quotation marks, and repeat the attribution where the line goes "
            "on. It applies to every state alike."
        ),
    ),
    "vague_attribution": Wording(
        name="Vague attribution",
        positives=(
            Example(
                "Observers fear that the vote will be delayed.",
                "The reader cannot tell who the observers are.",
                "Observers fear",
            ),
            Example(
                "The company is believed to be close to bankruptcy.",
                "Believed by whom?",
                "is believed to be",
            ),
            Example(
                "Western officials said the offer came too late.",
                "Officials of unnamed states and institutions answer for nothing.",
                "Western officials said",
            ),
        ),
        negatives=(
            Example("The election commission fears that the vote will be delayed.", "An office that answers for it."),
            Example(
                "Two economists, Ana Duarte and Piet Maas, expect a recession.",
                "The vague noun is made good by the names.",
            ),
            Example("The report was published by the court of auditors.", "Named, and nothing is claimed."),
        ),
        advice=(
            "Name the person or the institution. Where a source must stay unnamed, say why, how they know, and how "
            "many they are."
        ),
    ),
    "loaded_reporting_verb": Wording(
        name="Loaded reporting verb",
        positives=(
            Example(
                "The mayor admitted that the bridge had been inspected in May.",
                "“Admitted” makes a plain statement a confession.",
                "admitted",
            ),
            Example(
                "The union claimed that two thousand people had joined the march.",
                "“Claimed” tells the reader to doubt it.",
                "claimed",
            ),
            Example(
                "The senator blasted the plan as a gift to landlords.",
                "“Blasted” colours how it was said.",
                "blasted",
            ),
        ),
        negatives=(
            Example("The mayor said that the bridge had been inspected in May.", "“Said” judges nothing."),
            Example("The crowd hailed a taxi.", "The verb introduces no claim."),
            Example("The union warned of a strike in June.", "“Warned” is neutral in the guideline."),
        ),
        advice=(
            "Write “said”, “told” or “wrote”. Where the doubt or the admission is the news, say what it rests on "
            "instead of leaving it to the verb."
        ),
    ),
    "editorial_assertion": Wording(
        name="Editorial assertion",
        positives=(
            Example(
                "The reshuffle is a desperate attempt to cling to power.",
                "A motive is ascribed as if it were plain fact.",
                "The reshuffle is a desperate attempt to cling to power",
            ),
            Example(
                "The vote will divide the country for a generation.",
                "A prediction on a contested matter that nobody is named for.",
                "The vote will divide the country for a generation",
            ),
            Example(
                "How could the council have been so careless?",
                "A rhetorical question that presupposes its judgement.",
                "How could the council have been so careless",
            ),
        ),
        negatives=(
            Example(
                "The reshuffle is an attempt to cling to power, said Ines Vidal, who leads the opposition.",
                "The judgement is attributed.",
            ),
            Example(
                "The minister dismissed three deputies on Sunday and named no successors.",
                "It is told by what happened.",
            ),
            Example(
                "Turnout fell from 61 to 48 per cent.",
                "A figure that can be checked, without an interpretation.",
            ),
        ),
        advice=(
            "Attribute the judgement, or tell what happened and let the reader judge. On an opinion page this is as it "
            "should be: the score says what a passage does, not that it may not."
        ),
    ),
}
