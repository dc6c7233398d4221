using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

/// <summary>A log of the numbers up to 19, in pages of four.</summary>
internal static class NumberLog
{
    private static readonly ExampleEncoder<int> Encoder = MakeEncoder();

    /// <summary>A source of it.</summary>
    public static PagedLog<int> Open() => new("numbers", ReadAsync, Encoder, new() { BatchSize = 6 });

    private static Task<IReadOnlyList<int>> ReadAsync(long offset, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>([.. Enumerable.Range((int)offset, Math.Min(4, 20 - (int)offset))]);

    private static ExampleEncoder<int> MakeEncoder()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("numbers", row => row.Bias(new SgdOptions()));
        var slot = builder.Slot("number", "numbers");
        return new(builder.Build(), (in int number, ExampleWriter writer) => writer.Id(slot, number));
    }
}
