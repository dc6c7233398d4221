using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Streams.Joining.Index;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining.Index;

/// <summary>The index against a dictionary, with hashes that collide.</summary>
public class JoinIndexTests : LeakChecked
{
    private MemoryAccount _account = null!;

    /// <summary>How the hashes of keys are made: spread, a few for all, all of one home, or the same for all.</summary>
    public enum Hashes
    {
        Spread,
        Few,
        Near,
        Same,
    }

    [SetUp]
    public void MakeAccount() => _account = new MemoryAccount(long.MaxValue);

    [Test]
    public void Random_use_equals_a_dictionary([Values] Hashes hashes, [Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        using var index = new JoinIndex(_account);
        var story = new Story(index, random, hashes);
        var keys = hashes == Hashes.Spread ? 5000 : 400;
        for (var phase = 0; phase < 6; phase++)
        {
            // Grows, shrinks, and grows again.
            var additions = phase % 2 == 0 ? 70 : 25;
            for (var step = 0; step < 2 * keys; step++) story.Step(random.Next(keys), additions);
            story.RequireEqual(keys);
        }
        story.RemoveAll();
        Assert.That((index.Count, index.Bytes, _account.Bytes), Is.EqualTo((0L, 0L, 0L)));
    }

    [Test]
    public void Places_of_one_key_are_found_in_their_order()
    {
        using var index = new JoinIndex(_account);
        var hash = ulong.MaxValue;
        foreach (var place in new long[] { 30, 10, 20 }) index.Add(hash, place, (int)place);
        var key = new AnyKey();
        var found = new List<(long, int)>();
        for (long place = -1; index.TryFind(hash, ref key, place, out place, out var flags);) found.Add((place, flags));
        Assert.That(found, Is.EqualTo(new[] { (30L, 30), (10L, 10), (20L, 20) }));
    }

    [Test]
    public void Places_outlive_two_to_the_power_of_40_bytes_of_journal()
    {
        using var index = new JoinIndex(_account);
        var key = new AnyKey();
        for (var i = 1L; i < 40; i++)
        {
            var place = i * (1L << 38);
            index.Add((ulong)i * 0x9E3779B97F4A7C15, place, 0);
            index.Start = place - (1L << 39);
            Assert.That(index.TryFind((ulong)i * 0x9E3779B97F4A7C15, ref key, -1, out var found, out _) ? found : -1, Is.EqualTo(place));
            Assert.That(() => index.Add(1, index.Start - 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => index.Add(1, index.Start + (1L << 40), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            if (i > 1) Assert.That(index.Remove((ulong)(i - 1) * 0x9E3779B97F4A7C15, place - (1L << 38)), Is.True);
        }
        Assert.That(() => index.Add(1, index.Start, 1 << 23), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => index.Add(1, index.Start, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Its_memory_grows_and_shrinks_in_steps_of_a_part()
    {
        const int Count = 200_000;
        using var index = new JoinIndex(_account);
        var (most, largest) = (0.0, 0L);
        _account.OnAllocate = bytes => largest = Math.Max(largest, bytes);
        for (var i = 0; i < Count; i++)
        {
            index.Add(Hash(i), i, 0);
            if (i > Count / 2) most = Math.Max(most, (double)_account.Bytes / (i + 1));
        }
        Assert.That(most, Is.LessThan(22), "bytes a place");
        Assert.That(largest, Is.LessThan(_account.Bytes / 150), "what a growth needs beside the rest");
        for (var i = 0; i < Count * 9 / 10; i++) index.Remove(Hash(i), i);
        Assert.That((double)_account.Bytes / index.Count, Is.LessThan(30), "bytes a place");
    }

    [Test]
    public void Memory_that_is_refused_changes_nothing([Range(0, 30)] int allowed)
    {
        using var index = new JoinIndex(_account);
        _account.OnAllocate = _ =>
        {
            if (allowed-- <= 0) throw new InsufficientMemoryException("refused");
        };
        var added = 0;
        Assert.That(() => { for (; ; added++) index.Add((ulong)added, added, 0); }, Throws.InstanceOf<OutOfMemoryException>());
        Assert.That(index.Count, Is.EqualTo(added));
        for (var i = 0; i < added; i++) Assert.That(index.Remove((ulong)i, i), Is.True);
        Assert.That(_account.Bytes, Is.Zero);
    }

    private static ulong Hash(long key)
    {
        var mixed = (ulong)(key + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        return mixed ^ (mixed >> 32);
    }

    private struct AnyKey : IJoinKey
    {
        public readonly bool IsAt(long offset) => true;
    }

    private sealed class Story(JoinIndex index, Random random, Hashes hashes)
    {
        private readonly Dictionary<int, List<(long Place, int Flags)>> _expected = [];
        private readonly Dictionary<long, int> _keys = [];
        private long _next = 1000;

        public void Step(int key, int additions)
        {
            var places = _expected.TryGetValue(key, out var found) ? found : _expected[key] = [];
            var kind = random.Next(100);
            if (kind < additions) Add(key, places);
            else if (places.Count == 0) Assert.That(index.Remove(HashOf(key), 5), Is.False);
            else if (kind < 95) Remove(key, places, random.Next(places.Count));
            else SetFlags(key, places, random.Next(places.Count));
        }

        public void RequireEqual(int keys)
        {
            Assert.That(index.Count, Is.EqualTo(_expected.Values.Sum(places => places.Count)));
            for (var key = 0; key < keys; key++)
            {
                var found = new List<(long, int)>();
                var sought = new Key(_keys, key);
                for (long at = -1; index.TryFind(HashOf(key), ref sought, at, out at, out var flags);) found.Add((at, flags));
                Assert.That(found, Is.EqualTo(_expected.GetValueOrDefault(key, [])), $"key {key}");
            }
        }

        public void RemoveAll()
        {
            foreach (var (key, places) in _expected)
            {
                while (places.Count > 0) Remove(key, places, 0);
            }
        }

        private void Add(int key, List<(long, int)> places)
        {
            if (places.Count == 3) return;
            var (place, flags) = (_next += random.Next(1, 500), random.Next(1 << 23));
            _keys.Add(place, key);
            index.Add(HashOf(key), place, flags);
            places.Add((place, flags));
        }

        private void Remove(int key, List<(long Place, int)> places, int at)
        {
            Assert.That(index.Remove(HashOf(key), places[at].Place), Is.True);
            places.RemoveAt(at);
        }

        private void SetFlags(int key, List<(long Place, int)> places, int at)
        {
            var flags = random.Next(1 << 23);
            Assert.That(index.TrySetFlags(HashOf(key), places[at].Place, flags), Is.True);
            places[at] = (places[at].Place, flags);
        }

        private ulong HashOf(int key) => hashes switch
        {
            Hashes.Spread => Hash(key),
            Hashes.Few => Hash(key % 7),
            Hashes.Near => ulong.MaxValue - (ulong)(key / 2),
            _ => 0,
        };

        private readonly struct Key(Dictionary<long, int> keys, int key) : IJoinKey
        {
            public bool IsAt(long offset) => keys[offset] == key;
        }
    }
}
