using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Clocks;

/// <summary>Which ids are counted, admitted and expired, by slot, against dictionaries.</summary>
[TestFixture]
public sealed class WrongClockAdmissionTests
{
    [Test]
    public void WhoIsAdmittedAndWhoLivesIsWhatDictionariesSay()
    {
        var (tried, evictions) = (0, 0);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var lives = new[] { random.Next(1, 200_000), random.Next(1, 200_000), random.Next(1, 200_000) };
            var needed = new[] { random.Next(1, 5), random.Next(1, 5), random.Next(1, 5) };
            var life = new TimeToLiveOptions(TimeSpan.FromSeconds(lives[0]));
            for (var slot = 1; slot < 3; slot++) life.BySlot[slot] = TimeSpan.FromSeconds(lives[slot]);
            var filter = new MinOccurrencesOptions(needed[0]);
            for (var slot = 1; slot < 3; slot++) filter.BySlot[slot] = needed[slot];
            var options = new EmbeddingTableOptions
            {
                Name = "t",
                IdsCarrySlots = true,
                Stripes = 2,
                Expiry = life,
                Admission = filter,
                Segments = { new SegmentOptions { Name = "v", Optimizer = new SgdOptions() } },
            };
            using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 20 },
                new SetClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
            var rows = new Dictionary<long, uint>();
            var pending = new Dictionary<long, (int Count, uint Seen)>();
            uint now = 1_700_000_000;
            for (var call = 0; call < 200; call++)
            {
                var newest = now;
                now += (uint)random.Next(6_000);
                var slot = random.Next(3);
                var id = FeatureId.Of(slot, random.Next(15));
                var count = random.Next(1, 3);
                var what = $"seed {seed}, call {call}, slot {slot}";
                tried++;
                if (random.Next(6) == 0)
                {
                    evictions++;
                    table.Evict();
                    foreach (var gone in rows.Where(r => newest - r.Value >= lives[FeatureId.Slot(r.Key)]).Select(r => r.Key).ToArray())
                        rows.Remove(gone);
                    foreach (var gone in pending.Where(p => newest - p.Value.Seen >= lives.Max()).Select(p => p.Key).ToArray())
                        pending.Remove(gone);
                }
                var found = table.LookupOrAdmit([id], [count], new float[1], At.Seconds(now), call);
                if (rows.ContainsKey(id)) Assert.That(found, Is.EqualTo(1), what + ": it lives");
                else
                {
                    var counted = pending.GetValueOrDefault(id).Count + count;
                    Assert.That(found == 1, Is.EqualTo(counted >= needed[slot]), $"{what}: {counted} of {needed[slot]}");
                    if (found == 1)
                    {
                        rows[id] = now;
                        pending.Remove(id);
                    }
                    else pending[id] = (counted, now);
                }
                if (random.Next(2) == 0 && table.ApplyGradients([id], [1], [], At.Seconds(now), call, AbsentIds.Drop) == 1) rows[id] = now;
            }
            table.Evict();
            foreach (var gone in rows.Where(r => now - r.Value >= lives[FeatureId.Slot(r.Key)]).Select(r => r.Key).ToArray())
                rows.Remove(gone);
            var alive = new List<long>();
            foreach (var chunk in table.EnumerateRows()) alive.AddRange(chunk.Ids.ToArray());
            Assert.That(alive, Is.EquivalentTo(rows.Keys), $"seed {seed}");
        }
        TestContext.Out.WriteLine($"tried {tried} calls, {evictions} evictions");
    }
}
