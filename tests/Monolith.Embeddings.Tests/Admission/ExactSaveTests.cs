using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

/// <summary>
/// A save holds exact counters as they were when the save began, whatever happens between its stretches: compared with what a save at once
/// wrote before.
/// </summary>
public class ExactSaveTests : LeakChecked
{
    private const int Partitions = 16, FirstPartition = 32, Threshold = 5;

    [Test]
    public void It_holds_what_was_there_when_it_began(
        [Values(10, 3_000, 150_000)] int ids, [Values] bool collide, [Values(0, 7)] int halfLifeSteps, [Range(1, 3)] int seed)
    {
        var changing = new ChangingCounts(ids, collide, halfLifeSteps, seed);
        using (changing.Counts)
        {
            for (var save = 0; save < 4; save++)
            {
                changing.Change(changing.Random.Next(3) == 0 ? 5 : ids);
                var atBegin = Records.AtOnce(changing.Counts);
                var records = new Records();
                using (var pending = changing.Counts.BeginSave(records))
                {
                    // One of them is given up, and leaves nothing behind.
                    var isGivenUp = save == 1;
                    do changing.Change(changing.Random.Next(ids < 100 ? 10 : 400));
                    while (pending.WriteNext() && !(isGivenUp && changing.Random.Next(3) == 0));
                    if (isGivenUp) continue;
                }
                // What it writes of now on is nothing.
                var written = records.List.Count;
                changing.Change(100);
                Assert.That(records.List, Has.Count.EqualTo(written));
                Assert.That(Records.Ids(records.List, halfLifeSteps > 0), Is.EqualTo(Records.Ids(atBegin, halfLifeSteps > 0)));
                using var restored = changing.CreateCounts();
                foreach (var (mixedId, record) in records.List) restored.Load(mixedId, record);
                Assert.That(Records.Ids(Records.AtOnce(restored), halfLifeSteps > 0), Is.EqualTo(Records.Ids(atBegin, halfLifeSteps > 0)));
            }
        }
        Assert.That(changing.HasScattered, Is.EqualTo(collide && ids > 1000));
    }

    [Test]
    public void Without_changes_it_writes_what_a_save_at_once_writes([Values(100, 100_000)] int ids)
    {
        var changing = new ChangingCounts(ids, collide: false, halfLifeSteps: 0, seed: 1);
        using var counts = changing.Counts;
        changing.Change(2 * ids);
        var records = new Records();
        using var save = counts.BeginSave(records);
        while (save.WriteNext())
        {
        }
        // An id that went around the end of its map stands in the order of all.
        Assert.That(Records.Ids(records.List, hasPeriods: false), Is.EqualTo(Records.Ids(Records.AtOnce(counts), hasPeriods: false)));
        Assert.That(records.List, Has.Count.LessThanOrEqualTo(Records.AtOnce(counts).Count));
    }

    [Test]
    public void A_question_makes_it_write_one_id_however_many_are_counted()
    {
        var changing = new ChangingCounts(ids: 200_000, collide: false, halfLifeSteps: 0, seed: 1);
        using var counts = changing.Counts;
        for (var i = 0; i < 200_000; i++) changing.Add();
        var records = new Records();
        using var save = counts.BeginSave(records);
        Assert.That(records.List, Is.Empty);
        for (var i = 0; i < 1000; i++)
        {
            var before = records.Bytes;
            changing.Add();
            Assert.That(records.Bytes - before, Is.AnyOf(0, 12 + 16));
        }
        Assert.That(records.List, Is.Not.Empty);
        for (var more = true; more;)
        {
            var before = records.Bytes;
            more = save.WriteNext();
            Assert.That(records.Bytes - before, Is.LessThan(200_000));
        }
    }

    private sealed class ChangingCounts
    {
        private readonly int _ids, _halfLifeSteps;
        private readonly bool _collide;
        private int _step;

        public ChangingCounts(int ids, bool collide, int halfLifeSteps, int seed)
        {
            (_ids, _collide, _halfLifeSteps, Random) = (ids, collide, halfLifeSteps, new Random(seed));
            Counts = CreateCounts();
        }

        public ExactCounts Counts { get; }

        public Random Random { get; }

        public bool HasScattered { get; private set; }

        public ExactCounts CreateCounts() =>
            new(new HalfLife(0, _halfLifeSteps), new AdmissionContext(1, "table", FirstPartition, Partitions));

        public void Change(int steps)
        {
            for (; steps > 0; steps--)
            {
                switch (Random.Next(40_000))
                {
                    case < 4000: Counts.Remove(MixedId()); break;
                    case 4000: Counts.Forget((uint)Random.Next(Math.Max(1, _step - _ids), _step + 2)); break;
                    case 4001 when Random.Next(4) == 0: Counts.Clear(); break;
                    case 4002: _step += 100; break;
                    default: Add(); break;
                }
            }
            HasScattered |= Counts.Maps.Any(map => map.IsScattered);
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
                Step = _step / 1000,
            };
            Counts.Add(MixedId(), in request, Threshold);
        }

        // Of the counters' own partitions, some of which are seldom met; ids that collide lie side by side.
        private ulong MixedId()
        {
            var number = Random.Next(_ids);
            var partition = FirstPartition + (int)(Partitions * Math.Pow(Random.NextDouble(), 3));
            var mixed = _collide && number % 4 == 0 ? (ulong)number : AdmissionContext.MixedId(number) >> 10;
            return AdmissionContext.FirstMixedId(partition) | mixed;
        }
    }

    private sealed class Records : AdmissionStateWriter
    {
        public List<(ulong MixedId, byte[] Record)> List { get; } = [];

        public long Bytes { get; private set; }

        public static List<(ulong MixedId, byte[] Record)> AtOnce(ExactCounts counts)
        {
            var records = new Records();
            counts.Save(records);
            return records.List;
        }

        // With the size of the map that they are of.
        public static List<(ulong MixedId, int Count, uint LastSeen, uint Period, ulong Map)> Ids(
            List<(ulong MixedId, byte[] Record)> records, bool hasPeriods) =>
            [.. records.SelectMany(r => new PendingIdRecord(hasPeriods, 10).Read(r.MixedId, r.Record).Select(id =>
                (id.MixedId, id.Count, id.LastSeen, id.Period, BitConverter.ToUInt64(r.Record, 4)))).OrderBy(id => id.MixedId)];

        public override void Write(ulong mixedId, ReadOnlySpan<byte> record)
        {
            List.Add((mixedId, record.ToArray()));
            Bytes += record.Length;
        }
    }
}
