using System.Globalization;
using Monolith.Embeddings.Consumer.Tests.Faults.Numbers;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Texts;

/// <summary>Exported text of any rows: each number gives the same float back, each time the same second, each id the same slot.</summary>
[TestFixture]
public sealed class TextForTheEyeTests
{
    [Test]
    public async Task EveryNumberOfEveryRowIsReadBackFromTheText([Values] bool carrySlots)
    {
        var random = new Random(18);
        var options = new EmbeddingTableOptions
        {
            Name = "t",
            IdsCarrySlots = carrySlots,
            Segments = { new SegmentOptions { Name = "v", Dimension = 3 } }
        };
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 4 << 20, EventTimeConfirmations = 1 });
        var rows = new Dictionary<long, (float[] Weights, uint Time)>();
        var newest = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var i = 0; i < 3000; i++)
        {
            var id = carrySlots ? FeatureId.Of(random.Next(FeatureId.MaxSlot + 1), random.NextInt64(FeatureId.MaxValue + 1))
                : random.NextInt64(long.MinValue, long.MaxValue);
            float[] weights = [Any(random), Any(random), Any(random)];
            var time = (uint)random.NextInt64(1, newest);
            if (table.Assign([id], weights, At.Seconds(time)) == 1) rows[id] = (weights, time);
        }
        using var text = new StringWriter { NewLine = "\n" };
        var written = OddCultures.In(OddCultures.All[2], () =>
            TableExport.WriteTsvAsync(table, text, new TsvExportOptions { MaxRows = 10_000 }).GetAwaiter().GetResult());
        Assert.That(written, Is.EqualTo(rows.Count));
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n').Skip(1))
        {
            var fields = line.Split('\t');
            var id = long.Parse(fields[0], CultureInfo.InvariantCulture);
            var (weights, time) = rows[id];
            if (carrySlots) Assert.That(int.Parse(fields[1], CultureInfo.InvariantCulture), Is.EqualTo(FeatureId.Slot(id)), line);
            for (var j = 0; j < 3; j++)
                Assert.That(BitConverter.SingleToInt32Bits(float.Parse(fields[^(3 - j)], CultureInfo.InvariantCulture)),
                    Is.EqualTo(BitConverter.SingleToInt32Bits(weights[j])), line);
            Assert.That(DateTimeOffset.Parse(fields[^4], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds(),
                Is.EqualTo(time), line);
        }
        TestContext.Out.WriteLine($"tried {rows.Count}");
    }

    private static float Any(Random random)
    {
        if (random.Next(2) == 0) return AbsurdFloats.Finite[random.Next(AbsurdFloats.Finite.Length)];
        float any;
        do any = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
        while (!float.IsFinite(any));
        return any;
    }
}
