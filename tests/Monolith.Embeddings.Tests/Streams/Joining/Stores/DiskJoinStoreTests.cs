using System.Diagnostics;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Stores;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining.Stores;

/// <summary>What becomes of the files.</summary>
public class DiskJoinStoreTests : LeakChecked
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
    public void Files_are_made_when_the_budget_is_used_up_and_go_as_they_are_trimmed()
    {
        using var store = Create();
        Fill(store, 40_000);
        Assert.That((store.DiskBytes, Directory.Exists(_folder)), Is.EqualTo((0L, false)));
        Fill(store, 5_000_000);
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(3));
        store.Trim(4_500_000);
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
        store.Trim(store.EndOffset);
        Assert.That((Directory.GetFiles(_folder).Length, store.MemoryBytes), Is.LessThan((2, 64L << 10)));
    }

    [Test]
    public void Lookups_that_read_the_disk_are_counted_and_others_not()
    {
        using var store = Create();
        Fill(store, 1_000_000);
        store.Read(1000, new byte[500]);
        store.Read(2000, new byte[500]);
        store.Read(store.EndOffset - 600, new byte[500]);
        store.Read(0, new byte[64 << 10]);
        Assert.That(store.DiskReads, Is.EqualTo(2));
    }

    [Test]
    public void A_file_cut_short_or_changed_is_said_to_be([Values] bool isCut)
    {
        using var store = Create();
        Fill(store, 1_000_000);
        var name = Directory.GetFiles(_folder).Single();
        Change(name, isCut);
        Assert.That(() => store.Read(300_000, new byte[500]), Throws.InstanceOf<IOException>()
            .With.Message.Contains(name).And.Message.Contains("was changed by another").And.Message.Contains("last commit"));
        Assert.That(store.Read(100_000, new byte[500]), Is.EqualTo(500));
    }

    [Test]
    public void A_file_that_is_deleted_is_still_read()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows deletes no file that is open.");
        using var store = Create();
        Fill(store, 1_000_000);
        File.Delete(Directory.GetFiles(_folder).Single());
        var read = new byte[8];
        store.Read(8000, read);
        Assert.That(BitConverter.ToInt64(read), Is.EqualTo(8000));
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_said_and_costs_nothing()
    {
        File.WriteAllText(_folder, "a file where the folder should be");
        try
        {
            using var store = Create();
            Assert.That(() => Fill(store, 1_000_000), Throws.InstanceOf<IOException>()
                .With.Message.Contains(_folder).And.Message.Contains("MemoryBytes").And.Message.Contains("last commit"));
            var end = store.EndOffset;
            Assert.That(() => store.Append(new byte[50_000]), Throws.InstanceOf<IOException>());
            Assert.That(store.EndOffset, Is.EqualTo(end));
            RequireWhole(store);
        }
        finally
        {
            File.Delete(_folder);
        }
    }

    [Test]
    public void A_disk_that_refuses_a_page_costs_nothing_and_when_it_takes_it_all_goes_on()
    {
        using var store = Create();
        Fill(store, 40_000);
        File.WriteAllText(_folder, "a file where the folder should be");
        Assert.That(() => Fill(store, 500_000), Throws.InstanceOf<IOException>().With.Message.Contains("Make room there"));
        File.Delete(_folder);
        Fill(store, 500_000);
        RequireWhole(store);
        Assert.That(store.DiskBytes, Is.Positive);
    }

    [Test]
    public void A_full_disk_keeps_its_code()
    {
        const int NoSpace = 28;
        var fault = ScratchFaults.NotWritten("file", 10, new IOException("No space left on device", NoSpace));
        Assert.That(fault.HResult, Is.EqualTo(NoSpace));
    }

    [Test]
    public void Files_of_processes_that_died_are_removed_and_those_of_the_living_stay()
    {
        using var living = Create();
        Fill(living, 1_000_000);
        var kept = Directory.GetFiles(_folder).Single();
        var left = Path.Combine(_folder, "join-12-0123456789abcdef.scratch");
        var foreign = Path.Combine(_folder, "join-12-0123456789abcdef.scratch.txt");
        File.WriteAllText(left, "left behind");
        File.WriteAllText(foreign, "not ours");
        using (Create()) Assert.That(Directory.GetFiles(_folder), Is.EquivalentTo(new[] { kept, foreign }));
        RequireWhole(living);
    }

    [Test]
    public void Options_that_cannot_be_used_are_all_said()
    {
        var options = new JoinStoreOptions { MemoryBytes = 5, Folder = " " };
        Assert.That(
            () => new DiskJoinStore(options, _account), Throws.Exception.With.Message.Contains("65536").And.Message.Contains("blank"));
    }

    private static void Fill(JoinStore store, long bytes)
    {
        var entry = new byte[1000];
        for (var end = store.EndOffset + bytes; store.EndOffset < end;)
        {
            BitConverter.TryWriteBytes(entry, store.EndOffset);
            store.Append(entry);
        }
    }

    private static void RequireWhole(JoinStore store)
    {
        var read = new byte[8];
        for (var at = (store.StartOffset + 999) / 1000 * 1000; at < store.EndOffset; at += 1000)
        {
            store.Read(at, read);
            Assert.That(BitConverter.ToInt64(read), Is.EqualTo(at));
        }
    }

    private static void Change(string name, bool isCut)
    {
        // As another program would: what the joiner holds is a lock that is advice alone.
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows lets no other write a file that is open.");
        var change = isCut ? $"-s 200000 {name}" : $"if=/dev/zero of={name} bs=1 seek=300000 count=9 conv=notrunc status=none";
        using var process = Process.Start(isCut ? "truncate" : "dd", change);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
    }

    private DiskJoinStore Create() => new(new() { MemoryBytes = 64 << 10, Folder = _folder }, _account);
}
