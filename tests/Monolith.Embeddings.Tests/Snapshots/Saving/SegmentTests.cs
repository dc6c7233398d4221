using System.Text;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>Incremental sections: what is written once, listed by commits, and deleted when it was dropped.</summary>
public sealed class SegmentTests
{
    [Test]
    public async Task Random_histories_keep_what_lives([Range(1, 12)] int seed)
    {
        using var history = new SegmentHistory(new MemorySnapshotStore(), seed);
        await history.RunAsync(steps: 40);
    }

    [Test]
    public async Task A_commit_names_what_is_new_and_a_full_all_that_lives()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var (a, b) = (await chain.WriteAsync("a"), await chain.WriteAsync("b"));
        Assert.That((await chain.CommitAsync([a], [])).Segments, Is.EqualTo(new[] { a }));
        var delta = await chain.CommitAsync([b], [a]);
        Assert.That((delta.Segments, delta.DroppedSegments),
            Is.EqualTo(((IReadOnlyList<SnapshotSegment>)[b], (IReadOnlyList<SnapshotSegment>)[a])));
        var manifest = await chain.ManifestAsync();
        Assert.That(manifest.Commits.Select(manifest.SegmentsOf), Is.EqualTo(new SnapshotSegment[][] { [a], [b] }));
        var full = await SnapshotCompactor.CompactAsync(chain.Store);
        Assert.That((full!.Segments, full.DroppedSegments.Count), Is.EqualTo(((IReadOnlyList<SnapshotSegment>)[b], 0)));
    }

    [Test]
    public async Task A_dropped_segment_goes_with_the_last_commit_that_holds_it()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var a = await chain.WriteAsync("a");
        await chain.CommitAsync([a], []);
        await chain.CommitAsync([], [a], full: true);
        await SnapshotCompactor.RetainAsync(chain.Store, new() { Commits = 2, Age = TimeSpan.Zero });
        Assert.That(await chain.HasFileAsync(a), Is.True, "commit 1 holds it");
        await SnapshotCompactor.RetainAsync(chain.Store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That(await chain.HasFileAsync(a), Is.False);
        Assert.That(Encoding.UTF8.GetString((await chain.Store.ReadManifestAsync())!.Bytes.Span), Does.Contain("\"version\": 2"),
            "No older library is kept out for nothing.");
    }

    [Test]
    public async Task A_segment_that_waits_for_its_commit_is_not_cleaned_away()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var a = await chain.WriteAsync("a");
        await chain.CommitAsync([], []);
        await SnapshotCompactor.RetainAsync(chain.Store, new() { Commits = 1, Age = TimeSpan.Zero });
        await chain.CommitAsync([a], []);
        Assert.That(await chain.HasFileAsync(a), Is.True);
        var b = await chain.WriteAsync("b");
        using (await SegmentedChain.OpenAsync(chain.Store))
            await SnapshotCompactor.RetainAsync(chain.Store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That((await chain.HasFileAsync(a), await chain.HasFileAsync(b)), Is.EqualTo((true, false)), "Its trainer was replaced.");
    }

    [Test]
    public async Task Only_segments_that_no_commit_names_are_discarded()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var (living, dropped, unwanted) = (await chain.WriteAsync("a"), await chain.WriteAsync("b"), await chain.WriteAsync("c"));
        await chain.CommitAsync([living, dropped], []);
        await chain.CommitAsync([], [dropped]);
        await chain.Chain.DiscardSegmentsAsync([living, dropped, unwanted]);
        var left = (await chain.HasFileAsync(living), await chain.HasFileAsync(dropped), await chain.HasFileAsync(unwanted));
        Assert.That(left, Is.EqualTo((true, true, false)));
    }

    [Test]
    public async Task A_name_is_of_one_segment_that_lives()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var (a, again, b) = (await chain.WriteAsync("a"), await chain.WriteAsync("a"), await chain.WriteAsync("b"));
        await chain.CommitAsync([a], []);
        Assert.That(() => chain.CommitAsync([again], []), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(() => chain.CommitAsync([], [again]), Throws.ArgumentException.With.Message.Contains(again.File.Name));
        await chain.CommitAsync([], [a, a, b]);
        Assert.That(chain.Chain.Segments, Is.Empty);
        await chain.CommitAsync([again], []);
        Assert.That(chain.Chain.Segments, Is.EqualTo(new[] { again }));
    }

    [Test]
    public async Task A_commit_may_be_tried_again_though_it_was_durable()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var (a, b) = (await chain.WriteAsync("a"), await chain.WriteAsync("b"));
        await chain.CommitAsync([a], []);
        await chain.CommitAsync([b], [a]);
        var again = await chain.CommitAsync([b], [a]);
        Assert.That((again.Segments.Count, again.DroppedSegments.Count), Is.EqualTo((0, 0)));
        Assert.That(chain.Chain.Segments, Is.EqualTo(new[] { b }));
    }

    [TestCase("", "a")]
    [TestCase("a/b", "a")]
    [TestCase("a", "")]
    public async Task Names_that_no_file_holds_are_refused(string section, string name)
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        Assert.That(() => chain.Chain.WriteSegmentAsync(section, name, (_, _) => Task.CompletedTask), Throws.ArgumentException);
        Assert.That(await chain.Store.ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_segment_whose_writing_fails_is_not_there()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        Assert.That(
            () => chain.Chain.WriteSegmentAsync(
                "log", "a", (_, _) => throw new InvalidDataException("A")), Throws.TypeOf<InvalidDataException>());
        Assert.That(await chain.Store.ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_commit_whose_segment_is_gone_fails_and_the_next_one_does_without()
    {
        using var chain = await SegmentedChain.OpenAsync(new MemorySnapshotStore());
        var a = await chain.WriteAsync("a");
        await chain.Store.DeleteAsync(a.File.Name);
        Assert.That(() => chain.CommitAsync([a], []), Throws.TypeOf<SnapshotException>().With.Property("File").EqualTo(a.File.Name));
        Assert.That((chain.Chain.Newest, chain.Chain.Segments.Count), Is.EqualTo(((SnapshotCommit?)null, 0)));
        Assert.That((await chain.CommitAsync([], [])).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Every_flipped_bit_of_a_segment_is_found()
    {
        var store = new MemorySnapshotStore();
        using var chain = await SegmentedChain.OpenAsync(store);
        var a = await chain.WriteAsync("a");
        await chain.CommitAsync([a], []);
        var bytes = new byte[a.File.Length];
        using (var file = await store.OpenAsync(a.File.Name)) file.Read(0, bytes);
        for (var bit = 0; bit < 8 * bytes.Length; bit += 5)
        {
            var changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var copy = await CopyOfStore.OfAsync(store);
            await copy.DeleteAsync(a.File.Name);
            copy.Commit(a.File.Name, changed);
            var problems = (await SnapshotInspector.VerifyAsync(copy)).Problems;
            Assert.That(problems.Select(problem => problem.File), Is.EqualTo(new[] { a.File.Name }), $"bit {bit}");
        }
    }

    [Test]
    public void A_chain_whose_segments_break_the_rules_is_refused()
    {
        var (a, b) = (Segment("a", "f1"), Segment("b", "f2"));
        var first = SnapshotManifest.Begin(TestSnapshot.Chain).Append(TestChain.Full(1, 10) with { Segments = [a] });
        var next = TestChain.Delta(2, 10, 12);
        Assert.That(() => first.Append(next with { Segments = [Segment("a", "f3")] }), Refused(), "its name lives");
        Assert.That(() => first.Append(next with { Segments = [Segment("c", "f1")] }), Refused(), "its file is another's");
        Assert.That(() => first.Append(next with { Segments = [Segment("c", "full-1-1.training")] }), Refused(), "its file is of tables");
        Assert.That(() => first.Append(next with { DroppedSegments = [b] }), Refused(), "it does not live");
        Assert.That(() => first.Append(next with { Segments = [b] }).Compact(TestChain.Full(2, 12) with { Segments = [a] }), Refused(),
            "it was lost");
        Assert.That(() => first.Append(TestChain.Full(2, 12) with { DroppedSegments = [a] }), Refused(), "a full drops");
        var folded = first.Append(next with { Segments = [b] }).Compact(
            TestChain.Full(2, 12) with { Training = new() { Name = "x", Length = 1, Crc32C = 1 }, Serving = null, Segments = [a, b] });
        Assert.That(SnapshotManifest.Parse(folded.ToBytes()).Commits, Is.EqualTo(folded.Commits));
    }

    private static NUnit.Framework.Constraints.EqualConstraint<SnapshotFault> Refused() =>
        Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Refused);

    private static SnapshotSegment Segment(
        string name, string file) => new() { Section = "log", Name = name, File = new() { Name = file, Length = 10, Crc32C = 1 } };
}
