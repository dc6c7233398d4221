namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>A row of a <see cref="SequenceBatch"/>.</summary>
/// <param name="Ids">The ids of each slot by its name; slots that are not named have none.</param>
internal sealed record SequenceRow(Dictionary<string, long[]> Ids)
{
    /// <summary>The values of each step, by slot.</summary>
    public Dictionary<string, float[][]> Values { get; init; } = [];

    /// <summary>The label of the first task; NaN for none.</summary>
    public float Label { get; init; } = 1;

    public float Weight { get; init; } = 1;

    public long[] Of(string slot) => Ids.GetValueOrDefault(slot, []);
}
