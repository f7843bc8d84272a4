"""The panel of responses, behind the shell of the desk, as the page about price changes calls it."""


def panel() -> None:
    """What runs inside the tested app."""
    from functools import partial

    from lib.ui import answers, cards, changing, controls, data, opening
    from lib.ui.views import price_change as view
    from lib.ui.views.price_change import respond

    with cards.problems_in_words(data.MENDABLE):
        opening.open_run()
        controls.scenario(data.scenario_names())
        asked, legend = view.asked(controls.picked_scenario()), data.legend()
        found = partial(answers.reactions, asked)
        tables = respond.show(changing.effect(asked), answers.on_file(), found, legend)
        cards.foot("price_change", data.stamp(asked.scenario), (), tables)
