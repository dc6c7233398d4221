namespace Experiments.Trials;

/// <summary>What a trial came to.</summary>
/// <param name="Setup">What all trials of the experiment were run on; results of another setup do not count.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Figures">Its figures by name.</param>
/// <param name="CpuSeconds">
/// What the process spent on all processors since the trial that was done before; over all trials, what they took together.
/// </param>
internal sealed record TrialResult(string Setup, string Arm, ulong Seed, double Seconds, IReadOnlyDictionary<string, double> Figures,
    double CpuSeconds = 0);
