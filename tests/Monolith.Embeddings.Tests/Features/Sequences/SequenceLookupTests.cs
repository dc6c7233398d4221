using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features.Sequences;

/// <summary>
/// Blocks of sequences, and the gradients that go back, against the rows of the ids one by one: repeated ids, empty rows, too many steps,
/// shared slots, ids without a row, tables that pooled slots share.
/// </summary>
public class SequenceLookupTests : LeakChecked
{
    [Test]
    public void Steps_lengths_and_values_are_what_was_written([Range(0, 59)] int seed, [Values] bool learns)
    {
        using var test = new SequenceCase(seed, threads: 1, isLarge: false);
        Spoil(test.Layer.Inputs, test.Batch.Rows);
        if (learns) test.Layer.LookupOrAdmit(test.Batch, At.Seconds(1), 0);
        else test.Layer.Lookup(test.Batch);
        foreach (var sequence in test.Schema.Layout.Sequences) CheckSteps(test, sequence);
        foreach (var written in test.Written.Where(slot => slot.Slot.Pooling == Pooling.None)) CheckValues(test, written);
    }

    [Test]
    public void Gradients_reach_each_id_once_and_summed([Range(0, 59)] int seed)
    {
        using var test = new SequenceCase(seed, threads: 1, isLarge: false);
        test.Layer.LookupOrAdmit(test.Batch, At.Seconds(1), 0);
        test.DrawGradients();
        var expected = ExpectedGradients(test);
        var before = expected.Keys.ToDictionary(key => key, key => test.RowOf(test.Schema.Slots.First(s => s.Table == key.Table), key.Id));
        test.Layer.ApplyGradients(test.Gradients, At.Seconds(1), 0);
        foreach (var ((table, id), gradient) in expected)
        {
            var after = test.RowOf(test.Schema.Slots.First(s => s.Table == table), id);
            var hasRow = test.Tables.Tables[table].Contains(id);
            for (var i = 0; i < gradient.Length; i++)
            {
                Assert.That(before[(table, id)][i] - after[i], Is.EqualTo(hasRow ? gradient[i] : 0).Within(5e-5),
                    $"table {table}, id {id}, element {i}");
            }
        }
    }

    [Test]
    public void No_bit_depends_on_the_number_of_threads([Range(100, 111)] int seed)
    {
        using var one = new SequenceCase(seed, threads: 1, isLarge: true);
        using var three = new SequenceCase(seed, threads: 3, isLarge: true);
        for (var step = 0; step < 2; step++)
        {
            foreach (var test in new[] { one, three })
            {
                test.Layer.LookupOrAdmit(test.Batch, At.Seconds(1), step);
                test.DrawGradients();
                test.Layer.ApplyGradients(test.Gradients, At.Seconds(1), step);
            }
            foreach (var sequence in one.Schema.Layout.Sequences)
                Assert.That(Bits.Of(three.Layer.Inputs.Sequence(sequence).ToArray()),
                    Is.EqualTo(Bits.Of(one.Layer.Inputs.Sequence(sequence).ToArray())));
        }
        Assert.That(Bits.Of(three.AllRows()), Is.EqualTo(Bits.Of(one.AllRows())));
    }

    [Test]
    public void Nothing_is_allocated_a_batch([Values(7, 8, 9)] int seed)
    {
        using var test = new SequenceCase(seed, threads: 1, isLarge: true);
        test.DrawGradients();
        for (var i = 0; i < 30; i++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Step()
        {
            test.Layer.LookupOrAdmit(test.Batch, At.Seconds(1), 0);
            test.Layer.ApplyGradients(test.Gradients, At.Seconds(1), 0);
        }
    }

    // What a block held before is not to be seen.
    private static void Spoil(FeatureBlocks blocks, int rows)
    {
        blocks.Resize(rows);
        foreach (var sequence in blocks.Layout.Sequences)
        {
            blocks.Sequence(sequence).Fill(77);
            blocks.Lengths(sequence).Fill(77);
            blocks.StepValues(sequence.Slot).Fill(77);
        }
    }

    private static void CheckSteps(SequenceCase test, SequenceLayout sequence)
    {
        var block = test.Layer.Inputs.Sequence(sequence);
        for (var row = 0; row < test.Batch.Rows; row++)
        {
            var steps = test.Written[sequence.Slot.Index].Kept(row);
            var expected = new float[sequence.Width];
            for (var i = 0; i < steps.Count; i++)
            {
                var vector = test.RowOf(sequence.Slot, steps[i].Id).AsSpan(sequence.RowOffset, sequence.Dimension);
                for (var e = 0; e < vector.Length; e++) expected[(i * sequence.Dimension) + e] = steps[i].Weight * vector[e];
            }
            Assert.That(test.Layer.Inputs.Lengths(sequence)[row], Is.EqualTo(steps.Count), $"length of row {row}");
            Assert.That(block.Slice(row * sequence.Width, sequence.Width).ToArray(), Is.EqualTo(expected), $"{sequence.Name}, row {row}");
        }
    }

    private static void CheckValues(SequenceCase test, WrittenSlot written)
    {
        var (slot, values) = (written.Slot, new List<float>());
        for (var row = 0; row < test.Batch.Rows; row++)
        {
            var steps = written.Kept(row).SelectMany(step => step.Values).ToList();
            values.AddRange([.. steps, .. new float[(slot.MaxIds * slot.StepValues.Count) - steps.Count]]);
        }
        Assert.That(test.Layer.Inputs.StepValues(slot).ToArray(), Is.EqualTo(values), slot.Name);
    }

    private static Dictionary<(int Table, long Id), double[]> ExpectedGradients(SequenceCase test)
    {
        var sums = new Dictionary<(int Table, long Id), double[]>();
        for (var row = 0; row < test.Batch.Rows; row++)
        {
            foreach (var sequence in test.Schema.Layout.Sequences)
            {
                var steps = test.Written[sequence.Slot.Index].Kept(row);
                var block = test.Gradients.Sequence(sequence).Slice(row * sequence.Width, sequence.Width);
                for (var i = 0; i < steps.Count; i++)
                {
                    var sum = SumOf(test, sums, sequence.Slot, steps[i].Id);
                    for (var e = 0; e < sequence.Dimension; e++)
                        sum[sequence.RowOffset + e] += (double)steps[i].Weight * block[(i * sequence.Dimension) + e];
                }
            }
            foreach (var segment in test.Schema.Layout.Segments)
            {
                foreach (var columns in segment.Columns) AddPooled(test, sums, segment, columns, row);
            }
        }
        return sums;
    }

    private static void AddPooled(
        SequenceCase test, Dictionary<(int Table, long Id), double[]> sums, SegmentLayout segment, SegmentColumns columns, int row)
    {
        var bag = test.Written[columns.Slot.Index].Kept(row);
        var gradient = test.Gradients.Block(segment).Slice((row * segment.Width) + columns.Start, columns.Width);
        float[] weights = [.. bag.Select(step => step.Weight)];
        var vectors = bag.ConvertAll(step => test.RowOf(columns.Slot, step.Id)[columns.RowOffset..][..columns.Dimension]);
        for (var i = 0; i < bag.Count; i++)
        {
            for (var e = 0; e < columns.Dimension; e++)
            {
                SumOf(test, sums, columns.Slot, bag[i].Id)[columns.RowOffset + e] +=
                    PoolingOracle.Backward(columns.Slot.Pooling, vectors, weights, columns.Dimension, gradient, i, e);
            }
        }
    }

    private static double[] SumOf(SequenceCase test, Dictionary<(int Table, long Id), double[]> sums, FeatureSlot slot, long id)
    {
        if (!sums.TryGetValue((slot.Table, id), out var sum)) sums[(slot.Table, id)] = sum = new double[1 + test.Dimension];
        return sum;
    }
}
