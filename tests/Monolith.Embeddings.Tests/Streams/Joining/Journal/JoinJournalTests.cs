using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Journal;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Streams.Joining.Journal;

/// <summary>What commits have of a journal, and what comes back of it.</summary>
public class JoinJournalTests : LeakChecked
{
    private string _folder = "";

    [SetUp]
    public void NameFolder() => _folder = Path.Combine(Path.GetTempPath(), $"monolith-test-{Guid.NewGuid():N}");

    [TearDown]
    public void DeleteFolder()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Random_stories_of_commits_failures_crashes_and_rewinds_lose_nothing([Range(1, 3)] int seed)
    {
        var random = new Random(seed);
        var store = new FaultyStore();
        using var world = new JournalWorld(seed, store, _folder);
        for (var step = 0; step < 120; step++)
        {
            var kind = random.Next(100);
            if (kind < 60) world.Batch(random.Next(12), random.Next(1, 20_000));
            else if (kind < 85) await CommitAsync(world, store, random);
            else if (kind < 90) world.Capture(Any(world, random));
            else if (kind < 95) world.Rewind(Any(world, random));
            else await world.RestartAsync();
            world.Require(world.Marks.Last());
            world.Require(world.Marks.First());
        }
        await world.RestartAsync();
    }

    [Test]
    public async Task A_commit_writes_what_is_new_and_finished_buckets_at_most_once_more()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        var most = 0;
        for (var batch = 0; batch < 100; batch++) most = Math.Max(most, await CommitAsync(20));
        // 20 entries in 8 s: two or three batches a bucket of 18 s, so that none is merged.
        Assert.That((double)world.SavedBytes / world.AppendedBytes, Is.LessThan(1.25));
        Assert.That(most, Is.LessThan(32 * 4));
        // A dozen batches a bucket: each is written again, once, and so is one segment.
        for (var batch = 0; batch < 60; batch++) most = await CommitAsync(4);
        Assert.That((double)world.SavedBytes / world.AppendedBytes, Is.LessThan(1.5));
        Assert.That(most, Is.LessThan(100));
        await world.RestartAsync();

        async Task<int> CommitAsync(int entries)
        {
            world.Batch(entries, 800);
            await world.CommitAsync(world.Capture(world.Marks.Last()), world.Marks.Last());
            return world.Living.Count;
        }
    }

    [Test]
    public async Task A_state_is_written_while_the_journal_goes_on_and_drops_what_is_old()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        for (var i = 0; i < 20; i++) world.Batch(50, 1000);
        var mark = world.Marks.Last();
        var state = world.Capture(mark);
        for (var i = 0; i < 200; i++) world.Batch(50, 1000);
        Assert.That(world.Marks.First().JournalStart, Is.GreaterThan(mark.JournalEnd));
        await world.CommitAsync(state, mark);
        world.Batch(1, 1);
        Assert.That(world.Journal.Start, Is.GreaterThan(mark.JournalEnd), "what is saved is held no more");
        await world.RestartAsync();
    }

    [Test]
    public async Task A_state_that_nobody_writes_does_not_hold_the_journal_for_ever()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        world.Batch(50, 10);
        var (mark, state) = (world.Marks.Last(), world.Capture(world.Marks.Last()));
        while (world.Journal.End < 100 << 20) world.Batch(500, 10_000);
        Assert.That(world.Journal.Start, Is.GreaterThan(mark.JournalEnd));
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => world.CommitAsync(state, mark));
        Assert.That(refusal!.Message, Does.Contain("journal of open impressions"));
        await world.CommitAsync(world.Capture(world.Marks.Last()), world.Marks.Last());
        await world.RestartAsync();
    }

    [Test]
    public async Task A_state_of_a_story_that_was_taken_back_is_not_written()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        world.Batch(50, 10);
        var earlier = world.Marks.Last();
        world.Batch(50, 10);
        var (mark, state) = (world.Marks.Last(), world.Capture(world.Marks.Last()));
        world.Rewind(earlier);
        world.Batch(50, 10);
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => world.CommitAsync(state, mark));
        Assert.That(refusal!.Message, Does.Contain("set back"));
        await world.CommitAsync(world.Capture(world.Marks.Last()), world.Marks.Last());
        await world.RestartAsync();
    }

    [Test]
    public void A_position_that_is_forgotten_is_refused()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        for (var i = 0; i < ExampleSource.KeptStates; i++) world.Batch(1, 10);
        world.Capture(new JoinMark(StreamPosition.Start, default, 0, 0, default, JoinDecisions.None));
        world.Batch(1, 10);
        Assert.That(
            () => world.Journal.Capture(StreamPosition.Start, new SourceState()),
            Throws.InvalidOperationException.With.Message.Contains("last 80 batches"));
        Assert.That(() => world.Journal.Rewind(StreamPosition.Start), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_window_that_was_changed_is_refused_with_both()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        world.Batch(50, 10);
        await world.CommitAsync(world.Capture(world.Marks.Last()), world.Marks.Last());
        await world.RestartAsync();
        using var other = world.Create("30 min");
        var (position, state) = world.Restored();
        var refusal = Assert.ThrowsAsync<InvalidDataException>(() => other.RestoreAsync(position, state, CancellationToken.None));
        Assert.That(refusal!.Message, Does.Contain("Window was 10 min and is 30 min").And.Not.Contain("Key"));
    }

    [Test]
    public async Task Segments_that_were_cut_short_or_flipped_are_named_and_leave_an_empty_journal([Values] bool isCut)
    {
        var store = new DamagingStore();
        using var world = new JournalWorld(1, store, _folder);
        for (var i = 0; i < 100; i++) world.Batch(10, 1000);
        await world.CommitAsync(world.Capture(world.Marks.Last()), world.Marks.Last());
        await world.RestartAsync();
        var (position, state) = world.Restored();
        foreach (var segment in world.Living)
        {
            using var journal = world.Create();
            for (var at = 0L; at < segment.File.Length; at += segment.File.Length / 7)
            {
                store.Damage(segment.File.Name, at, isCut);
                var refusal = Assert.ThrowsAsync<SnapshotException>(() => journal.RestoreAsync(position, state, CancellationToken.None));
                Assert.That(refusal!.File, Is.EqualTo(segment.File.Name));
                Assert.That((journal.Start, journal.End), Is.EqualTo((0L, 0L)));
            }
            store.Heal();
            await journal.RestoreAsync(position, state, CancellationToken.None);
        }
    }

    [Test]
    public async Task A_section_that_says_something_else_is_refused()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        for (var i = 0; i < 20; i++) world.Batch(10, 1000);
        await world.CommitAsync(world.Capture(world.Marks.Last()), world.Marks.Last());
        await world.RestartAsync();
        var (position, state) = world.Restored();
        var bytes = state.Sections["joiner"].ToArray();
        using var journal = world.Create();
        for (var length = 0; length < bytes.Length; length++) await RefusedAsync(bytes[..length], state.Segments);
        await RefusedAsync([.. bytes, 0], state.Segments);
        await RefusedAsync(bytes, state.Segments.Skip(1));
        await journal.RestoreAsync(position, state, CancellationToken.None);

        async Task RefusedAsync(byte[] section, IEnumerable<SourceSegment> segments)
        {
            var other = new SourceState();
            other.Add("joiner", section);
            foreach (var segment in segments) other.Keep(segment);
            await Assert.ThatAsync(
                () => journal.RestoreAsync(position, other, CancellationToken.None), Throws.InstanceOf<InvalidDataException>());
        }
    }

    [Test]
    public async Task A_section_of_the_version_before_has_no_decisions()
    {
        using var world = new JournalWorld(1, new MemorySnapshotStore(), _folder);
        for (var i = 0; i < 20; i++) world.Batch(10, 1000);
        var mark = world.Marks.Last();
        await world.CommitAsync(world.Capture(mark), mark);
        await world.RestartAsync();
        var (position, state) = world.Restored();
        var section = JournalSection.Load(state.Sections["joiner"], position);
        var other = new SourceState();
        other.Add("joiner", FirstVersionOf(section));
        foreach (var segment in state.Segments) other.Keep(segment);
        using var journal = world.Create();
        var restored = await journal.RestoreAsync(position, other, CancellationToken.None);
        Assert.That(restored.Decisions, Is.SameAs(JoinDecisions.None));
        Assert.That(restored with { Decisions = section.Mark.Decisions }, Is.EqualTo(section.Mark));
        Assert.That(restored.JournalEnd, Is.EqualTo(mark.JournalEnd));
    }

    // As it was written before decisions were: the same fields, without them.
    private static byte[] FirstVersionOf(JournalSection section)
    {
        var fields = new FieldWriter();
        fields.Int32(1);
        fields.List(section.Terms.Values, static (to, term) =>
        {
            to.Text(term.Key, 1024);
            to.Text(term.Value, 1024);
        });
        fields.Int64(section.Mark.Frontier.Time);
        fields.Int32(section.Mark.Frontier.Emitted);
        fields.Int64(section.Mark.JournalStart);
        fields.Int64(section.Mark.JournalEnd);
        section.Mark.Counts.Write(fields);
        fields.Int64(section.Named);
        fields.List(section.Pieces, static (to, piece) =>
        {
            to.Text(piece.Name, 1024);
            to.Int64(piece.From);
            to.Int64(piece.To);
        });
        return fields.Written.ToArray();
    }

    private static JoinMark Any(JournalWorld world, Random random)
    {
        JoinMark[] marks = [.. world.Marks];
        return marks[random.Next(marks.Length)];
    }

    // The trainer's marks go forward; its state is captured between two batches, and written while the joiner reads on.
    private static async Task CommitAsync(JournalWorld world, FaultyStore store, Random random)
    {
        var mark = Any(world, random);
        var state = world.Capture(mark);
        for (var batches = random.Next(4); batches > 0; batches--) world.Batch(random.Next(20), random.Next(1, 60_000));
        var fault = random.Next(8);
        (store.IsFull, store.RefusesManifests, store.LosesAnswers) = (fault == 0, fault == 1, fault == 2);
        try
        {
            await world.CommitAsync(state, mark);
        }
        catch (SnapshotException)
        {
            // As the trainer: the next commit holds all that this one was to hold.
        }
        (store.IsFull, store.RefusesManifests, store.LosesAnswers) = (false, false, false);
    }
}
