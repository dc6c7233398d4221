using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Stores;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining.Stores;

/// <summary>What each store promises, against a list of bytes.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class JoinStoreTests(bool onDisk) : LeakChecked
{
    private readonly MemoryAccount _account = new(long.MaxValue);
    private string _folder = "";

    [SetUp]
    public void NameFolder() => _folder = Path.Combine(Path.GetTempPath(), $"monolith-test-{Guid.NewGuid():N}");

    [TearDown]
    public void DeleteFolder()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Random_use_equals_a_list_of_bytes([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        using var store = Create();
        var bytes = new List<byte>();
        long begin = 0;
        for (var step = 0; step < 1500; step++)
        {
            Use(store, random, bytes, ref begin);
            Assert.That((store.StartOffset, store.EndOffset), Is.EqualTo((begin, begin + bytes.Count)), $"step {step}");
            RequireEqual(store, random, bytes, begin);
        }
        if (onDisk) Assert.That(store.MemoryBytes, Is.LessThanOrEqualTo(JoinStoreOptions.LeastMemoryBytes));
        store.Dispose();
        Assert.That(_account.Bytes, Is.Zero);
        Assert.That(Directory.Exists(_folder) ? Directory.GetFiles(_folder) : [], Is.Empty);
    }

    [Test]
    public void Memory_comes_back_when_it_is_trimmed()
    {
        using var store = Create();
        for (var i = 0; i < 400; i++) store.Append(new byte[10_000]);
        store.Trim(store.EndOffset - 5);
        Assert.That(store.DiskBytes, Is.LessThanOrEqualTo(2L << 20), "one file");
        Assert.That(store.MemoryBytes, Is.LessThanOrEqualTo(2L << 15));
    }

    [Test]
    public void Places_that_are_none_are_refused()
    {
        using var store = Create();
        store.Append(new byte[100_000]);
        store.Trim(50_000);
        var buffer = new byte[10];
        Assert.That(
            () => store.Read(49_999, buffer), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("50000 to 100000"));
        Assert.That(() => store.Read(100_001, buffer), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => store.Trim(100_001), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => store.Truncate(49_999), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => store.Clear(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((store.StartOffset, store.EndOffset, store.Read(99_999, buffer), store.Read(100_000, buffer)),
            Is.EqualTo((50_000L, 100_000L, 1, 0)));
    }

    [Test]
    public void A_store_that_was_disposed_is_not_used()
    {
        var store = Create();
        store.Append(new byte[10]);
        store.Dispose();
        store.Dispose();
        Assert.That(() => store.Append(new byte[10]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => store.Read(0, new byte[1]), Throws.Exception);
    }

    [Test]
    public void Others_read_while_one_appends_and_trims()
    {
        using var store = Create();
        using var ended = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() => ReadAlong(store, new Random(seed), ended.Token))).ToArray();
        var entry = new byte[1000];
        for (long i = 0; i < 20_000; i++)
        {
            BitConverter.TryWriteBytes(entry, i * entry.Length);
            store.Append(entry);
            if (i % 64 == 0) store.Trim(Math.Max(0, (i - 500) * entry.Length));
        }
        ended.Cancel();
        Assert.That(() => Task.WaitAll(readers), Throws.Nothing);
    }

    private static void ReadAlong(JoinStore store, Random random, CancellationToken ended)
    {
        var read = new byte[3000];
        while (!ended.IsCancellationRequested)
        {
            var at = random.NextInt64(store.StartOffset / 1000, (store.EndOffset / 1000) + 1) * 1000;
            try
            {
                var count = store.Read(at, read);
                for (var i = 0; i < count; i += 1000) Assert.That(BitConverter.ToInt64(read, i), Is.EqualTo(at + i));
            }
            catch (ArgumentOutOfRangeException)
            {
                // Trimmed meanwhile.
            }
        }
    }

    private void Use(JoinStore store, Random random, List<byte> bytes, ref long begin)
    {
        var kind = random.Next(100);
        if (kind < 80)
        {
            var entry = new byte[random.Next(kind < 2 ? 200_000 : 5000)];
            random.NextBytes(entry);
            Assert.That(store.Append(entry), Is.EqualTo(begin + bytes.Count));
            bytes.AddRange(entry);
        }
        else if (kind < 95)
        {
            var count = random.Next((bytes.Count / 8) + 1);
            store.Trim(begin + count);
            bytes.RemoveRange(0, count);
            begin += count;
        }
        else if (kind < 99)
        {
            var kept = random.Next(bytes.Count + 1);
            store.Truncate(begin + kept);
            bytes.RemoveRange(kept, bytes.Count - kept);
        }
        else
        {
            begin = random.NextInt64(1L << random.Next(20, 42));
            store.Clear(begin);
            bytes.Clear();
        }
    }

    private static void RequireEqual(JoinStore store, Random random, List<byte> bytes, long begin)
    {
        var from = random.Next(bytes.Count + 1);
        var read = new byte[random.Next(random.Next(10) == 0 ? 100_000 : 2000)];
        var expected = Math.Min(read.Length, bytes.Count - from);
        Assert.That(store.Read(begin + from, read), Is.EqualTo(expected));
        Assert.That(read.AsSpan(0, expected).SequenceEqual(bytes.GetRange(from, expected).ToArray()), Is.True);
    }

    private JoinStore Create() =>
        onDisk
            ? new DiskJoinStore(new() { MemoryBytes = JoinStoreOptions.LeastMemoryBytes, Folder = _folder }, _account)
            : new MemoryJoinStore(_account, 1 << 14);
}
