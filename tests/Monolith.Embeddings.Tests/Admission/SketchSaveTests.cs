using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

/// <summary>
/// A save holds a sketch as it was when the save began, whatever happens between its stretches: compared with a plain copy of the memory.
/// </summary>
public class SketchSaveTests : LeakChecked
{
    private const int Partitions = 16, FirstPartition = 32, Ids = 40_000, Threshold = 5;

    [Test]
    public void It_holds_what_was_there_when_it_began(
        [Values(8, 16, 32)] int signatureBits, [Values(1, 3, 100, 1500)] int lines, [Values(0, 7)] int halfLifeSteps,
        [Range(1, 3)] int seed)
    {
        var changing = new ChangingSketch(signatureBits, lines, halfLifeSteps, seed);
        using (changing.Counts)
        {
            for (var save = 0; save < 3; save++)
            {
                changing.Change(steps: changing.Random.Next(3) == 0 ? 5 : 300);
                var copy = changing.Counts.Lines(0, Partitions * lines).ToArray();
                var atBegin = RecordList.Of(changing.Counts);
                var records = new RecordList();
                using (var pending = changing.Counts.BeginSave(records))
                {
                    do changing.Change(changing.Random.Next(60));
                    while (pending.WriteNext());
                }
                // What it writes of now on is nothing.
                var written = records.Count;
                changing.Change(100);
                Assert.That(records, Has.Count.EqualTo(written));
                using var restored = changing.CreateCounts();
                foreach (var (mixedId, record) in records) restored.Load(mixedId, record);
                AssertLinesEqual(restored, copy, SketchLayout.For(signatureBits, Threshold));
                Assert.That(RecordList.Of(restored), Is.EqualTo(atBegin), "the times of the partitions too");
            }
        }
    }

    [Test]
    public void A_question_makes_it_write_one_line_however_large_the_sketch_is()
    {
        var changing = new ChangingSketch(signatureBits: 16, lines: 1500, halfLifeSteps: 0, seed: 1);
        using var counts = changing.Counts;
        changing.Change(20_000);
        var records = new RecordList();
        using var save = counts.BeginSave(records);
        Assert.That(records, Is.Empty);
        for (var i = 0; i < 100; i++)
        {
            var before = records.Bytes;
            changing.Add();
            Assert.That(records.Bytes - before, Is.AnyOf(0, 24 + SketchLayout.LineBytes));
        }
        Assert.That(records, Is.Not.Empty);
    }

    [Test]
    public void A_stretch_is_short_and_lines_without_ids_are_not_written()
    {
        var changing = new ChangingSketch(signatureBits: 16, lines: 1500, halfLifeSteps: 0, seed: 1);
        using var counts = changing.Counts;
        for (var i = 0; i < 1000; i++) changing.Add();
        var records = new RecordList();
        using var save = counts.BeginSave(records);
        var (more, stretches) = (true, 0);
        while (more)
        {
            var before = records.Bytes;
            more = save.WriteNext();
            stretches++;
            Assert.That(records.Bytes - before, Is.LessThan(100_000));
        }
        Assert.That(stretches, Is.GreaterThan(Partitions));
        Assert.That(records.Bytes, Is.LessThanOrEqualTo(1000 * (24 + SketchLayout.LineBytes)));
    }

    [Test]
    public void A_record_of_a_whole_partition_as_version_1_wrote_it_is_read()
    {
        var changing = new ChangingSketch(signatureBits: 16, lines: 3, halfLifeSteps: 0, seed: 1);
        using var counts = changing.Counts;
        changing.Change(300);
        using var restored = changing.CreateCounts();
        foreach (var partition in RecordList.Of(counts).GroupBy(r => r.MixedId))
        {
            var (times, number) = (partition.First().Record.AsSpan(0, 20).ToArray(), AdmissionContext.PartitionOf(partition.Key));
            times[0] = 1;
            restored.Load(partition.Key, [.. times, .. counts.Lines((number - FirstPartition) * 3, 3)]);
        }
        Assert.That(RecordList.Of(restored), Is.EqualTo(RecordList.Of(counts)));
    }

    [Test]
    public void Records_that_do_not_fit_one_another_are_refused()
    {
        var changing = new ChangingSketch(signatureBits: 16, lines: 100, halfLifeSteps: 0, seed: 1);
        using var counts = changing.Counts;
        changing.Change(3000);
        var (mixedId, record) = RecordList.Of(counts)[0];
        (int Place, string What)[] changes =
            [(8, "another newest time"), (16, "another period"), (20, "the same lines"), (23, "no such line")];
        foreach (var (place, what) in changes)
        {
            using var restored = changing.CreateCounts();
            restored.Load(mixedId, record);
            var other = record.ToArray();
            if (what != "the same lines") other[place] ^= 0x41;
            Assert.That(() => restored.Load(mixedId, other), Throws.TypeOf<InvalidDataException>(), what);
            Assert.That(RecordList.Of(restored).Single().Record, Is.EqualTo(record), what);
        }
    }

    // What is left over in a line without ids means nothing.
    private static void AssertLinesEqual(SketchCounts restored, byte[] expected, SketchLayout layout)
    {
        for (var line = 0; line < expected.Length / SketchLayout.LineBytes; line++)
        {
            var bytes = expected.AsSpan(line * SketchLayout.LineBytes, SketchLayout.LineBytes);
            var isEqual = restored.IsEmpty(line) ? new SketchLine(bytes, in layout).IsEmpty : restored.Lines(line, 1).SequenceEqual(bytes);
            if (!isEqual) Assert.Fail($"line {line}");
        }
    }

    private sealed class ChangingSketch
    {
        private readonly int _signatureBits, _lines, _halfLifeSteps;
        private int _step;

        public ChangingSketch(int signatureBits, int lines, int halfLifeSteps, int seed)
        {
            (_signatureBits, _lines, _halfLifeSteps, Random) = (signatureBits, lines, halfLifeSteps, new Random(seed));
            Counts = CreateCounts();
        }

        public SketchCounts Counts { get; }

        public Random Random { get; }

        public SketchCounts CreateCounts() =>
            new(SketchLayout.For(_signatureBits, Threshold), _lines, new HalfLife(0, _halfLifeSteps),
                new AdmissionContext(1, "table", FirstPartition, Partitions));

        public void Change(int steps)
        {
            for (; steps > 0; steps--)
            {
                switch (Random.Next(400))
                {
                    case < 40: Counts.Remove(MixedId()); break;
                    case 40: Counts.Forget((uint)Random.Next(Math.Max(1, _step - 500), _step + 2)); break;
                    case 41 when Random.Next(10) == 0: Counts.Clear(); break;
                    case 42: _step += 4000; break;
                    default: Add(); break;
                }
            }
        }

        public void Add()
        {
            _step++;
            var request = new AdmissionRequest
            {
                Id = 0,
                MixedId = 0,
                Count = Random.Next(1, 3),
                EventTime = At.Seconds((uint)(_step - Random.Next(Math.Min(_step, 50)))),
                Step = _step,
            };
            Counts.Add(MixedId(), in request, Threshold);
        }

        // Of the sketch's own partitions; some are seldom met.
        private ulong MixedId()
        {
            var mixed = AdmissionContext.MixedId(Random.Next(Ids));
            var partition = FirstPartition + (int)(Partitions * Math.Pow(Random.NextDouble(), 3));
            return AdmissionContext.FirstMixedId(partition) | (mixed >> 10);
        }
    }

    private sealed class RecordList : AdmissionStateWriter, IReadOnlyCollection<(ulong MixedId, byte[] Record)>
    {
        private readonly List<(ulong MixedId, byte[] Record)> _records = [];

        public int Count => _records.Count;

        public long Bytes => _records.Sum(r => (long)r.Record.Length);

        public static List<(ulong MixedId, byte[] Record)> Of(SketchCounts counts)
        {
            var list = new RecordList();
            counts.Save(list);
            return list._records;
        }

        public override void Write(ulong mixedId, ReadOnlySpan<byte> record) => _records.Add((mixedId, record.ToArray()));

        public IEnumerator<(ulong MixedId, byte[] Record)> GetEnumerator() => _records.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
