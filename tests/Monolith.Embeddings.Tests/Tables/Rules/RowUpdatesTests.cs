using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tests.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>
/// Gradients collected for a block do what they do one after the other, to the bit, in rows of several segments and with contexts that
/// matter.
/// </summary>
public unsafe class RowUpdatesTests
{
    private const int Rows = 5;

    private static readonly OptimizerOptions[] Optimizers =
        [new SgdOptions(), new ContextRateOptions(), new AdagradOptions(), .. OptimizerCatalogue.All,
        new DelayCompensationOptions { Lambda = 10 }, new FtrlOptions { Clipping = new() { Norm = 0.5f, Value = 0.3f } }];

    private readonly TableRules _rules = new(Options(), seed: 3);

    [Test]
    public void A_block_equals_its_rows_one_by_one([Range(0, IdBlock.MaxCount)] int count, [Values] bool hasReads)
    {
        var random = new Random(count);
        var (blockwise, single, gradients) =
            (new long[Rows * RowLongs], new long[Rows * RowLongs], RandomFloats.Draw(random, count * _rules.Layout.Dimension));
        fixed (long* together = blockwise, alone = single)
        fixed (float* gradient = gradients, read = hasReads ? RandomFloats.Draw(random, gradients.Length) : [])
        {
            for (var i = 0; i < Rows; i++) _rules.Initialize(RowAt(together, i), (ulong)i, new RowBirth
            {
                Id = i,
                Step = 0,
                Occurrences = 1
            });
            blockwise.CopyTo(single, 0);
            using var room = KeptBlock.Rent(_rules.Layout);
            var updates = default(RowUpdates);
            for (var round = 0; round < 3; round++)
            {
                for (var i = 0; i < count; i++)
                {
                    // With five rows, a block has some of them more than once.
                    var (row, place, occurrences) = (random.Next(Rows), i * _rules.Layout.Dimension, random.Next(1, 1000));
                    updates.Add(RowAt(together, row), gradient + place, id: row, step: round, occurrences, hasReads ? read + place : null);
                    _rules.Apply(RowAt(alone, row), gradients.AsSpan(place, _rules.Layout.Dimension), new OptimizerContext(
                        row, round, occurrences, new ReadOnlySpan<float>(
                            hasReads ? read + place : null, hasReads ? _rules.Layout.Dimension : 0)));
                    _rules.Touch(RowAt(alone, row), occurrences, eventTime: 9, stamp: 0);
                }
                Assert.That(updates.Count, Is.EqualTo(count));
                Assert.That(updates.Apply(_rules, room, eventTime: 9).All, Is.Zero, "nothing is refused");
                Assert.That(updates.Count, Is.Zero);
                Assert.That(blockwise, Is.EqualTo(single), $"round {round}");
            }
        }
    }

    private int RowLongs => _rules.Layout.RowBytes / sizeof(long);

    private Row RowAt(long* memory, int row) => new((byte*)(memory + row * RowLongs));

    private static EmbeddingTableOptions Options()
    {
        var options = new EmbeddingTableOptions { Name = "blocks", TrackFrequency = true };
        foreach (var optimizer in Optimizers)
        {
            var place = options.Segments.Count;
            options.Segments.Add(new SegmentOptions { Name = $"segment{place}", Dimension = 1 + 5 * place, Optimizer = optimizer });
        }
        return options;
    }
}
