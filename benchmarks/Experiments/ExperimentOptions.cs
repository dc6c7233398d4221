using OnlineTraining.Contest;

namespace Experiments;

/// <summary>What all experiments share.</summary>
internal sealed record ExperimentOptions
{
    /// <summary>How many seeds each arm is run with.</summary>
    public int Seeds { get; init; } = 10;

    /// <summary>Passes over the training part, where an experiment makes several.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The share of the log, from its start, from which no figure comes: rates may be chosen on it.</summary>
    public double UncountedShare { get; init; } = 0.2;

    /// <summary>The model's numbers; the seed is set for each trial.</summary>
    public ModelSettings Model { get; init; } = new();

    /// <summary>A folder for stores; a trial's own folder in it is deleted behind the trial.</summary>
    public string Scratch { get; init; } = Path.Combine(Path.GetTempPath(), "monolith-experiments");
}
