"""Whether the AWS listing may be published, what is typed into Seller Central, and what a change of prices takes."""

from lib.ui import cards, controls, data
from lib.ui import listing as reads
from lib.ui.views import listing as view

FEEDS = ("plan", "marketplace_pricing_dimension", "stripe_subscription", "marketplace_agreement", "surface_price")


def render() -> None:
    room = cards.head("May we publish, what do we type into Seller Central, and who must be told?")
    scenario = controls.picked_scenario()
    stamp, legend = data.stamp(scenario), data.legend()
    shown = reads.publishing(scenario)

    cards.finding(room, view.finding(shown), stamp, data.states(*FEEDS))
    view.show(shown)
    view.register(shown.register)
    view.rows(shown.made, legend)
    view.left(shown.left, legend)
    asked = view.asked(scenario, stamp.as_of)
    told = reads.announced(asked)
    view.announcement(told, reads.names(), legend)
    cards.foot("listing", stamp, view.ASSUMPTIONS, view.tables(shown, told, reads.names()))
    view.files(stamp, {form: reads.file_later(asked, form) for form in reads.MIME}, reads.MIME)


if __name__ == "__main__":
    from app import main

    main()
