using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>
/// A row of a block whose numbers would not be finite stays as it was, all its segments, whichever of them it was, and the other rows of
/// the block do what they do one by one: also rows that the block has more than once.
/// </summary>
public unsafe class RefusedRowsTests
{
    private const int Rows = 5;

    // Its square, and itself times the rate below, are infinite.
    private const float Absurd = 3e38f;

    private static readonly OptimizerOptions Plain = new SgdOptions { LearningRate = 10 }, Adaptive = new AdagradOptions();

    private static readonly (string Name, (int Dimension, OptimizerOptions Optimizer)[] Segments)[] Tables =
    [
        ("one in registers", [(16, Adaptive)]),
        ("bias and vector", [(1, Adaptive), (16, Adaptive)]),
        ("vector before bias", [(32, Adaptive), (1, Plain)]),
        ("two in registers", [(8, Adaptive), (64, Adaptive)]),
        ("none in registers", [(1, Plain), (3, Adaptive), (20, Plain)]),
        ("few kept rows", [(1, Adaptive), (600, Plain), (16, Adaptive)]),
    ];

    public static IEnumerable<TestCaseData> Cases() =>
        Tables.Select((table, place) => new TestCaseData(place).SetArgDisplayNames(table.Name));

    [TestCaseSource(nameof(Cases))]
    public void A_block_with_refused_rows_equals_its_rows_one_by_one(int table)
    {
        var rules = new TableRules(Options(Tables[table].Segments), seed: 3);
        var random = new Random(table);
        var (blockwise, single) = (new long[Rows * RowLongs(rules)], new long[Rows * RowLongs(rules)]);
        var refusals = 0;
        fixed (long* together = blockwise, alone = single)
        {
            for (var i = 0; i < Rows; i++)
                rules.Initialize(RowAt(rules, together, i), (ulong)i, new RowBirth { Id = i, Step = 0, Occurrences = 1 });
            blockwise.CopyTo(single, 0);
            using var room = KeptBlock.Rent(rules.Layout);
            for (var round = 0; round < 200; round++)
            {
                var expected = 0u;
                var updates = default(RowUpdates);
                var count = random.Next(1, RowUpdates.MaxRows + 1);
                var gradients = Gradients(random, count, rules.Layout.Dimension);
                fixed (float* gradient = gradients)
                {
                    for (var i = 0; i < count; i++)
                    {
                        var (row, place) = (random.Next(Rows), i * rules.Layout.Dimension);
                        updates.Add(RowAt(rules, together, row), gradient + place, row, round, occurrences: 1);
                        var refusal = rules.Apply(
                            RowAt(rules, alone, row), gradients.AsSpan(place, rules.Layout.Dimension), new OptimizerContext(row, round, 1));
                        if (refusal == RefusalCause.None) rules.Touch(RowAt(rules, alone, row), 1, eventTime: 9, stamp: 0);
                        else expected |= 1u << i;
                    }
                    Assert.That(updates.Apply(rules, room, eventTime: 9), Is.EqualTo(new RefusedRows(expected, 0)), $"round {round}");
                }
                Assert.That(blockwise, Is.EqualTo(single), $"round {round}");
                refusals += int.PopCount((int)expected);
            }
        }
        Assert.That(refusals, Is.GreaterThan(100));
    }

    // About every sixth row has one absurd number, in any of its segments.
    private static float[] Gradients(Random random, int rows, int dimension)
    {
        var gradients = RandomFloats.Draw(random, rows * dimension);
        for (var row = 0; row < rows; row++)
        {
            if (random.Next(6) == 0) gradients[row * dimension + random.Next(dimension)] = Absurd;
            // Nearly as often in the first segment or the last one.
            if (random.Next(12) == 0) gradients[row * dimension] = Absurd;
            if (random.Next(12) == 0) gradients[(row + 1) * dimension - 1] = -Absurd;
        }
        return gradients;
    }

    private static int RowLongs(TableRules rules) => rules.Layout.RowBytes / sizeof(long);

    private static Row RowAt(TableRules rules, long* memory, int row) => new((byte*)(memory + row * RowLongs(rules)));

    private static EmbeddingTableOptions Options((int Dimension, OptimizerOptions Optimizer)[] segments)
    {
        var options = new EmbeddingTableOptions { Name = "blocks" };
        foreach (var (dimension, optimizer) in segments)
        {
            var name = $"segment{options.Segments.Count}";
            options.Segments.Add(new SegmentOptions { Name = name, Dimension = dimension, Optimizer = optimizer });
        }
        return options;
    }
}
