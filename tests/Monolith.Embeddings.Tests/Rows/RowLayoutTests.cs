using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tests.Rows;

public class RowLayoutTests
{
    [Test]
    public void Weights_stand_together_and_the_states_behind_them()
    {
        var layout = new RowLayout([(1, 2), (16, 16), (3, 0)]);
        Assert.That(layout.Segments, Is.EqualTo(
            new[] { new RowSegment(0, 1, 20, 2), new RowSegment(1, 16, 22, 16), new RowSegment(17, 3, 38, 0) }));
        Assert.That((layout.Dimension, layout.FloatCount, layout.RowBytes), Is.EqualTo((20, 38, 16 + 38 * 4)));
    }

    [TestCase(false, false, 0, 0, 24)]
    [TestCase(true, false, 24, 0, 32)]
    [TestCase(false, true, 0, 24, 32)]
    [TestCase(true, true, 24, 28, 32)]
    public void What_rows_track_stands_at_their_end(bool frequency, bool time, int frequencyOffset, int timeOffset, int bytes)
    {
        var layout = new RowLayout([(1, 1)], frequency, time);
        Assert.That(
            (layout.FrequencyOffset, layout.AdmissionTimeOffset, layout.RowBytes), Is.EqualTo((frequencyOffset, timeOffset, bytes)));
    }

    [Test]
    public unsafe void Occurrences_are_summed_up_to_the_largest_number()
    {
        var layout = new RowLayout([(1, 0)], hasFrequency: true, hasAdmissionTime: true);
        var bytes = stackalloc byte[layout.RowBytes];
        var row = new Row(bytes);
        row.Track(layout, 5, 77);
        row.Count(layout, 3);
        Assert.That((row.Frequency(layout), row.AdmittedAt(layout)), Is.EqualTo((8u, 77u)));
        row.Count(layout, int.MaxValue);
        Assert.That(row.Frequency(layout), Is.EqualTo(int.MaxValue + 8u));
        row.Count(layout, int.MaxValue);
        Assert.That((row.Frequency(layout), row.AdmittedAt(layout)), Is.EqualTo((uint.MaxValue, 77u)));
    }

    [Test]
    public unsafe void Weights_of_16_bits_are_never_taken_for_floats([Values] RowPrecision precision)
    {
        var layout = new RowLayout([new RowSegmentShape(3, 3), new RowSegmentShape(1, 0, precision)]);
        var bytes = stackalloc byte[layout.RowBytes];
        var row = new Row(bytes);
        if (precision == RowPrecision.Float32) Assert.That(row.PlainWeights(layout).Length, Is.EqualTo(4));
        else Assert.That(() => row.PlainWeights(layout).Length, Throws.InvalidOperationException.With.Message.Contains("16 bits"));
    }

    [TestCase(1, 24)]
    [TestCase(2, 24)]
    [TestCase(3, 32)]
    public void A_row_is_a_multiple_of_8_bytes(int floats, int bytes) =>
        Assert.That(new RowLayout([(floats, 0)]).RowBytes, Is.EqualTo(bytes));

    [Test]
    public void Numbers_of_16_bits_are_packed_and_what_follows_begins_at_a_multiple_of_4()
    {
        var layout = new RowLayout(
        [
            new RowSegmentShape(3, 7, RowPrecision.Float16, RowPrecision.BFloat16, ExactStateLength: 1),
            new RowSegmentShape(4, 0, RowPrecision.Float16),
            new RowSegmentShape(2, 2),
            new RowSegmentShape(5, 1, RowPrecision.BFloat16),
        ], hasFrequency: true);
        Assert.That(layout.WeightParts, Is.EqualTo(new[]
        {
            new RowPart(0, 3, 16, RowPrecision.Float16), new RowPart(3, 4, 24, RowPrecision.Float16),
                new RowPart(7, 2, 32, RowPrecision.Float32),
            new RowPart(9, 5, 40, RowPrecision.BFloat16),
        }));
        Assert.That(layout.StateParts, Is.EqualTo(
            new[] { new RowPart(14, 6, 52, RowPrecision.BFloat16), new RowPart(20, 4, 64, RowPrecision.Float32) }));
        Assert.That((layout.WeightBytes, layout.NumbersEnd, layout.FrequencyOffset, layout.RowBytes), Is.EqualTo((36, 80, 80, 88)));
        Assert.That((layout.Dimension, layout.FloatCount, layout.HasPlainWeights, layout.IsPlain), Is.EqualTo((14, 24, false, false)));
        Assert.That(layout.Segments[3], Is.EqualTo(new RowSegment(9, 5, 23, 1)), "as rules see it");
    }

    [Test]
    public void A_row_of_floats_is_one_part_of_weights_and_one_of_states()
    {
        var layout = new RowLayout([(1, 2), (16, 16)]);
        Assert.That((layout.WeightParts.Single(), layout.StateParts.Single()),
            Is.EqualTo((new RowPart(0, 17, 16, RowPrecision.Float32), new RowPart(17, 18, 84, RowPrecision.Float32))));
        Assert.That((layout.IsPlain, layout.HasPlainWeights), Is.EqualTo((true, true)));
        var halfState = new RowLayout([new RowSegmentShape(1, 2, StatePrecision: RowPrecision.BFloat16)]);
        Assert.That((halfState.IsPlain, halfState.HasPlainWeights), Is.EqualTo((false, true)));
    }
}
