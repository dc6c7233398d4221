using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Features.Sequences;

/// <summary>
/// A random schema with sequences beside pooled slots of the same tables, a random batch of it, and what each row was given. Rows learn by
/// plain descent with a rate of 1, so that a gradient is what a row moves by.
/// </summary>
internal sealed class SequenceCase : IDisposable
{
    private readonly Random _random;
    private readonly int _ids;

    public SequenceCase(int seed, int threads, bool isLarge)
    {
        _random = new Random(seed);
        (Dimension, _ids) = (_random.Next(5) switch { 0 => 1, 1 => 3, 2 => 8, 3 => 16, _ => 19 }, isLarge ? 9000 : 12);
        Schema = CreateSchema(maxLength: _random.Next(1, isLarge ? 20 : 7));
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 3, MemoryLimitBytes = 1 << 26 });
        Layer = new EmbeddingLayer(Tables, Schema, threads);
        (Batch, Gradients) = (new FeatureBatch(Schema), new FeatureBlocks(Schema.Layout, BlockUse.Gradient));
        Written = [.. Schema.Slots.Select(slot => new WrittenSlot(
            slot, isShared: _random.Next(4) == 0, isWeighted: !isLarge && _random.Next(4) == 0))];
        Write(isLarge ? 600 : _random.Next(12));
    }

    public int Dimension { get; }

    public FeatureSchema Schema { get; }

    public EmbeddingTableSet Tables { get; }

    public EmbeddingLayer Layer { get; }

    public FeatureBatch Batch { get; }

    public FeatureBlocks Gradients { get; }

    public List<WrittenSlot> Written { get; }

    /// <summary>Draws gradients; what stands after the last step of a row is no number.</summary>
    public void DrawGradients()
    {
        Gradients.Resize(Batch.Rows);
        foreach (var segment in Schema.Layout.Segments) Fill(Gradients.Block(segment));
        foreach (var sequence in Schema.Layout.Sequences)
        {
            Gradients.Sequence(sequence).Fill(float.NaN);
            for (var row = 0; row < Batch.Rows; row++)
            {
                var count = Written[sequence.Slot.Index].Kept(row).Count;
                Fill(Gradients.Sequence(sequence).Slice(row * sequence.Width, count * sequence.Dimension));
            }
        }
    }

    /// <summary>The row of an id, [1 + dimension]; zeros where it has none.</summary>
    public float[] RowOf(FeatureSlot slot, long id)
    {
        var row = new float[1 + Dimension];
        Tables.Tables[slot.Table].Lookup(id, row);
        return row;
    }

    /// <summary>The rows of all ids of all tables.</summary>
    public float[] AllRows() => [.. Schema.Slots.SelectMany(slot => Enumerable.Range(0, _ids)
        .SelectMany(id => RowOf(slot, id * 0x1234567_89ABCDEF)))];

    public void Dispose() => Tables.Dispose();

    private FeatureSchema CreateSchema(int maxLength)
    {
        var builder = new FeatureSchemaBuilder();
        var admission = _random.Next(2) == 0 ? new MinOccurrencesOptions(2) : null;
        builder.Table("items", Describe, table => table.Admission = admission);
        builder.Table("users", Describe);
        // Without bags, the gradient of an id that occurs once is set rather than added.
        var hasBags = _random.Next(2) == 0;
        if (hasBags) builder.Slot("item", "items", _random.Next(2) == 0 ? Pooling.Sum : Pooling.Mean);
        builder.Sequence("recent", "items", maxLength, Order(), [.. new[] { "age", "kind" }.Take(_random.Next(3))]);
        if (hasBags) builder.Slot("user", "users");
        builder.Sequence("friends", "users", maxLength + 1, Order(), [.. new[] { "weight" }.Take(_random.Next(2))]);
        if (hasBags) builder.Slot("first", "users", Pooling.FirstN, maxIds: 2);
        return builder.Build();
    }

    private SequenceOrder Order() => _random.Next(2) == 0 ? SequenceOrder.NewestFirst : SequenceOrder.OldestFirst;

    private void Describe(RowBuilder row)
    {
        var rule = new SgdOptions { LearningRate = 1 };
        row.Bias(rule, new NormalInitializerOptions()).Vector(Dimension, rule, new NormalInitializerOptions { StandardDeviation = 1 });
    }

    private void Write(int rows)
    {
        foreach (var slot in Written.Where(slot => slot.IsShared)) slot.Write(Batch.Shared, _random, Most(slot), _ids);
        for (var row = 0; row < rows; row++)
        {
            var writer = Batch.BeginRow();
            foreach (var slot in Written.Where(slot => !slot.IsShared)) slot.Write(writer, _random, Most(slot), _ids);
            Batch.EndRow();
        }
    }

    // Longer than fits, where that is said; pooled slots often have one id.
    private static int Most(WrittenSlot slot) => slot.Slot.MaxIds == int.MaxValue ? 2 : slot.Slot.MaxIds + 4;

    private void Fill(Span<float> values)
    {
        foreach (ref var value in values) value = 2 * _random.NextSingle() - 1;
    }
}
