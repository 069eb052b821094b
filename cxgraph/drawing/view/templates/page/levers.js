/* What can be moved: sliders of one department (repairs), and of the whole organisation (assumptions). */
"use strict";
const Levers = (() => {
  /** All its services together, what it lets through, each service. */
  function ofDepartment(page, id, services) {
    const { words, network } = page;
    const [min, max] = network.scale;
    const { say, number, percent, signed } = words;
    return [
      {
        label: say("lever_all"),
        note: say("lever_all_note"),
        min: -100,
        max: 100,
        step: 1,
        read: () => Math.round(100 * (page.lifts.get(id) || 0)),
        write: (part) => page.lift(id, part / 100),
        describe: (part) => `${signed(part)}\u00a0%`,
      },
      {
        label: say("lever_transmission"),
        note: page.assumed.transmission === null ? page.data.origins[page.departments.origins[id]] : "",
        min: 0,
        max: 0.98,
        step: "any",
        read: () => page.transmissionOf(id),
        write: (tau) => page.setTransmission(id, tau),
        describe: (tau) => percent(tau, 0),
      },
      ...services.map((e) => ({
        label: say("lever_service", { client: page.departments.names[network.client[e]] }),
        note: page.nameOfService(e),
        min,
        max,
        step: "any",
        read: () => page.scoreOf(e),
        write: (level) => page.setService(e, level),
        describe: (level) =>
          network.expectation[e] === null
            ? number(level, 1)
            : say("got_of", { got: number(level, 1), expected: number(network.expectation[e], 1) }),
      })),
    ];
  }

  /** One transmission for all departments, and the clients' stringency. */
  function ofEverybody(page) {
    const { say, percent, number } = page.words;
    const taus = page.given.transmission;
    const mean = taus.reduce((sum, tau) => sum + tau, 0) / Math.max(taus.length, 1);
    const alike = taus.every((tau) => tau === taus[0]);
    const steps = page.stringencies;
    const levers = [
      {
        label: say("lever_transmission_all"),
        note: say("lever_transmission_all_note"),
        min: 0,
        max: 0.98,
        step: 0.01,
        read: () => (page.assumed.transmission === null ? mean : page.assumed.transmission),
        write: (tau) => page.assume("transmission", tau),
        describe: (tau) =>
          page.assumed.transmission === null && !alike ? say("mean_of", { value: percent(tau, 0) }) : percent(tau, 0),
      },
      {
        label: say("lever_stringency"),
        note: say("lever_stringency_note"),
        min: 0,
        max: steps.length - 1,
        step: 1,
        read: () => steps.indexOf(page.assumed.stringency === null ? page.given.stringency : page.assumed.stringency),
        write: (at) => page.assume("stringency", steps[at] === page.given.stringency ? null : steps[at]),
        describe: (at) =>
          steps[at] === Infinity
            ? say("stringency_worst")
            : steps[at] === 1
              ? say("stringency_mean")
              : number(steps[at], Number.isInteger(steps[at]) ? 0 : 1),
      },
    ];
    return steps.length > 1 ? levers : levers.slice(0, 1);
  }

  return { ofDepartment, ofEverybody };
})();
