using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>
/// Blocks of rows of 16 bits do what their rows do one by one, to the bit: also what is refused, and why, and the steps of an id that the
/// batch had before.
/// </summary>
public unsafe class PackedBlocksTests
{
    private const int Rows = 24;

    // Beyond the 16 bits of Float16, with the rate below; and its square is infinite.
    private const float Large = 1e5f, Absurd = 3e38f;

    [Test]
    public void A_block_equals_its_rows_one_by_one([Values(1, 16, 17, 40, 700)] int dimension, [Values] bool hasStateOfHalves)
    {
        var rules = new TableRules(Options(dimension, hasStateOfHalves), seed: 3);
        var random = new Random(dimension);
        var longs = rules.Layout.RowBytes / sizeof(long);
        var (blockwise, single) = (new long[Rows * longs], new long[Rows * longs]);
        var (overflows, others) = (0, 0);
        fixed (long* together = blockwise, alone = single)
        {
            for (var i = 0; i < Rows; i++)
                rules.Initialize(RowAt(together, longs, i), (ulong)i, new RowBirth { Id = i, Step = 0, Occurrences = 1 });
            blockwise.CopyTo(single, 0);
            using var room = KeptBlock.Rent(rules.Layout);
            for (var round = 0; round < 60; round++)
            {
                var (expected, updates) = (default(RefusedRows), default(RowUpdates));
                var gradients = Gradients(random, rules.Layout.Dimension);
                var count = random.Next(1, RowUpdates.MaxRows + 1);
                // All different, as they must be.
                var rows = Enumerable.Range(0, Rows).ToArray();
                random.Shuffle(rows);
                fixed (float* gradient = gradients)
                {
                    for (var i = 0; i < count; i++)
                    {
                        var (row, place, occurrence) = (rows[i], i * rules.Layout.Dimension, Math.Max(0, random.Next(5) - 2));
                        updates.Number(occurrence);
                        updates.Add(RowAt(together, longs, row), gradient + place, row, round, occurrences: 1);
                        var refusal = rules.Apply(
                            RowAt(alone, longs, row), gradients.AsSpan(place, rules.Layout.Dimension), new OptimizerContext(row, round, 1),
                            occurrence);
                        if (refusal == RefusalCause.None) rules.Touch(RowAt(alone, longs, row), 1, eventTime: 9, stamp: 0);
                        else expected = With(expected, i, refusal);
                    }
                    Assert.That(updates.Apply(rules, room, eventTime: 9), Is.EqualTo(expected), $"round {round}");
                }
                Assert.That(blockwise, Is.EqualTo(single), $"round {round}");
                overflows += int.PopCount((int)expected.Overflowing);
                others += int.PopCount((int)(expected.All & ~expected.Overflowing));
            }
        }
        Assert.That(overflows, Is.GreaterThan(10));
        // Where all states have 16 bits, an infinite square does not fit them.
        if (!hasStateOfHalves) Assert.That(others, Is.GreaterThan(10));
    }

    private static RefusedRows With(RefusedRows refused, int row, RefusalCause cause) => new(
        refused.All | 1u << row, cause == RefusalCause.Precision ? refused.Overflowing | 1u << row : refused.Overflowing);

    // Some rows get a number that is too large, in a segment of 16 bits, of 32, or of both.
    private static float[] Gradients(Random random, int dimension)
    {
        var gradients = RandomFloats.Draw(random, RowUpdates.MaxRows * dimension).Select(value => value % 1).ToArray();
        for (var row = 0; row < RowUpdates.MaxRows; row++)
        {
            if (random.Next(8) == 0) gradients[row * dimension] = Large;
            if (random.Next(8) == 0) gradients[(row + 1) * dimension - 1] = Absurd;
        }
        return gradients;
    }

    private static Row RowAt(long* memory, int longs, int row) => new((byte*)(memory + row * longs));

    private static EmbeddingTableOptions Options(int dimension, bool hasStateOfHalves)
    {
        var options = new EmbeddingTableOptions { Name = "packed", TrackFrequency = true };
        var state = hasStateOfHalves ? RowPrecision.BFloat16 : RowPrecision.Float32;
        Add("narrow", 3, new SgdOptions { LearningRate = 10 }, RowPrecision.Float16);
        Add("counting", 2, new AdamOptions(), RowPrecision.BFloat16);
        Add("vector", dimension, new AdagradOptions(), RowPrecision.Float16);
        Add("wide", 4, new AdagradOptions(), RowPrecision.Float32);
        return options;

        void Add(string name, int length, OptimizerOptions optimizer, RowPrecision precision) => options.Segments.Add(
            new SegmentOptions { Name = name, Dimension = length, Optimizer = optimizer, Precision = precision, StatePrecision = state });
    }
}
