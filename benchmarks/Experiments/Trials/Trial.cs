namespace Experiments.Trials;

/// <summary>One run of one arm of an experiment with one seed: what is done at once, and never in part.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Seed">The seed.</param>
/// <param name="RunAsync">Runs it, and gives its figures by name.</param>
internal sealed record Trial(string Arm, ulong Seed, Func<CancellationToken, Task<IReadOnlyDictionary<string, double>>> RunAsync);
