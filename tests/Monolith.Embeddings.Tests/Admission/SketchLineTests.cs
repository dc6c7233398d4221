using Monolith.Embeddings.Admission.Counting;

namespace Monolith.Embeddings.Tests.Admission;

/// <summary>A line does what a list does, in every layout.</summary>
public class SketchLineTests
{
    [TestCase(16, 2, 31, 0)]
    [TestCase(16, 5, 27, 2)]
    [TestCase(16, 20, 23, 5)]
    [TestCase(16, 1000, 19, 10)]
    [TestCase(32, 2, 15, 0)]
    [TestCase(8, 2, 62, 0)]
    public void As_many_entries_as_fit(int signatureBits, int occurrences, int entries, int counterBits)
    {
        var layout = SketchLayout.For(signatureBits, occurrences);
        Assert.That((layout.Entries, layout.CounterBits), Is.EqualTo((entries, counterBits)));
        Assert.That(layout.MostCount, Is.GreaterThanOrEqualTo(occurrences - 1));
    }

    [Test]
    public void It_equals_a_list(
        [Values(8, 16, 32)] int signatureBits, [Values(0, 2, 3, 4, 5, 20, 100, 1000, 70_000, int.MaxValue)] int occurrences)
    {
        var layout = SketchLayout.For(signatureBits, occurrences);
        var (bytes, model, random) = (new byte[SketchLayout.LineBytes], new List<(uint Signature, int Count)>(), new Random(3));
        var line = new SketchLine(bytes, in layout);
        var recent = 0;
        for (var step = 0; step < 3000; step++)
        {
            var signature = (uint)random.Next(1, Math.Min(2 * layout.Entries, 256));
            var entry = line.IndexOf(signature);
            Assert.That(entry, Is.EqualTo(model.FindIndex(e => e.Signature == signature)));
            var count = random.Next(1, layout.MostCount == int.MaxValue ? int.MaxValue : layout.MostCount + 1);
            switch (random.Next(20))
            {
                case 0 when entry >= 0:
                    line.RemoveAt(entry);
                    model.RemoveAt(entry);
                    if (entry < recent) recent--;
                    break;
                case 1:
                    line.Halve(1);
                    for (var i = model.Count - 1; i >= 0; i--)
                    {
                        model[i] = (model[i].Signature, model[i].Count / 2);
                        if (model[i].Count > 0) continue;
                        model.RemoveAt(i);
                        if (i < recent) recent--;
                    }
                    break;
                case 2:
                    line.Truncate(recent);
                    model.RemoveRange(recent, model.Count - recent);
                    line.Recent = recent = 0;
                    break;
                case var _ when entry >= 0:
                    line.ToFront(entry, signature, count);
                    model.RemoveAt(entry);
                    model.Insert(0, (signature, count));
                    if (entry >= recent) recent++;
                    break;
                case var _ when model.Count < layout.Entries:
                    line.ToFront(model.Count, signature, count);
                    model.Insert(0, (signature, count));
                    recent++;
                    break;
            }
            line.Period = step % SketchLine.Periods;
            Assert.That((line.Count, line.Recent, line.Period, line.IsWellFormed()),
                Is.EqualTo((model.Count, recent, step % SketchLine.Periods, true)));
            for (var i = 0; i < model.Count; i++)
            {
                if (line.CountAt(i) != model[i].Count)
                    Assert.Fail($"step {step}: entry {i} counts {line.CountAt(i)}, not {model[i].Count}");
            }
        }
    }
}
