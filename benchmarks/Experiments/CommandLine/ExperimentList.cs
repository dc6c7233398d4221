using Experiments.Alternatives;
using Experiments.Choices;
using Experiments.Collisions;
using Experiments.Data;
using Experiments.Freshness;
using Experiments.Intervals;
using Experiments.Memory;
using Experiments.Reliability;

namespace Experiments.CommandLine;

/// <summary>The experiments by name.</summary>
internal static class ExperimentList
{
    private const string All = "all", Choose = "choose";

    private static readonly (string Name, string Description, Func<Lazy<EventLog>, ExperimentOptions, Experiment> Create)[] Entries =
    [
        (Choose, "Chooses rates and sizes on the first part of the stream, of which the others count nothing.",
            (log, options) => new ChoiceExperiment(log.Value, options)),
        ("collisions", "What it costs that values share rows (section 3.2.1).",
            (log, options) => new CollisionExperiment(log.Value, options)),
        ("online", "Online against batch, and how often a serving copy must be refreshed (section 3.2.2).",
            (log, options) => new IntervalExperiment(log.Value, options)),
        ("reliability", "What it costs to lose a trainer's state (section 3.2.2).",
            (log, options) => new ReliabilityExperiment(log.Value, options)),
        ("memory", "What rows cost and what they are worth, by admission and expiry (section 2.1).",
            (log, options) => new MemoryExperiment(log.Value, options)),
        ("alternatives", "What a .NET team would pick instead: ML.NET fitted each night, and rows in a ConcurrentDictionary.",
            (log, options) => new AlternativesExperiment(log.Value, options)),
        ("freshness", "From event to served weight, and what it costs. On a synthetic stream: needs no data.",
            (_, options) => new FreshnessExperiment(options)),
    ];

    /// <summary>The commands, with what they do.</summary>
    public static IEnumerable<(string Name, string Description)> Commands =>
        [.. Entries.Select(entry => (entry.Name, entry.Description)), (All, "All that show something, one after the other.")];

    /// <summary>The experiments that a command runs.</summary>
    public static IReadOnlyList<string> Names(string command) =>
        command == All ? [.. Entries.Select(entry => entry.Name).Where(name => name != Choose)] : [command];

    /// <summary>An experiment by its name.</summary>
    public static Experiment Create(string name, Lazy<EventLog> log, ExperimentOptions options) =>
        Entries.Single(entry => entry.Name == name).Create(log, options);
}
