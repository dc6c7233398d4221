using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Streams.ExampleLogs;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>Ids that are forgotten leave the state of joiners and negative samplers, and a kill changes no bit of what comes.</summary>
public class ForgottenJoinerTests : LeakChecked
{
    private const int Count = 240, At = 130;

    // Bits that no number beside them has.
    private static readonly long[] _people = [VisitTraining.Person(3), VisitTraining.Person(5), VisitTraining.Person(9)];

    [Test]
    public async Task The_joiner_goes_on_as_without_their_impressions(
        [Range(0, 5)] int seed,
        [Values(DelayedFeedback.Wait, DelayedFeedback.EarlyPositive, DelayedFeedback.FakeNegative)] DelayedFeedback feedback)
    {
        var visits = JoinedVisits.Visits(seed, Count);
        void Configure(OnlineJoinerOptions joining, OnlineTrainerOptions options) => joining.Feedback = feedback;
        await using var whole = new JoinedVisits(visits, null, At + seed, configure: Configure);
        await using var forgetting = new JoinedVisits(visits, new MemorySnapshotStore(), At + seed, configure: Configure);
        foreach (var one in (JoinedVisits[])[whole, forgetting]) await one.Trainer.RunAsync();
        Assert.That(forgetting.Learned, Is.EqualTo(whole.Learned));
        var before = whole.Learned.Count;
        var report = await forgetting.Trainer.ForgetAsync(new ForgetRequest().Add("people", _people));
        Assert.That(report.ImpressionsRemoved, Is.GreaterThan(0));
        foreach (var one in (JoinedVisits[])[whole, forgetting])
        {
            one.End = Count;
            await one.Trainer.RunAsync();
        }
        var expected = whole.Learned.Where((visit, i) => i < before || !IsTheirs(visit));
        Assert.That(forgetting.Learned, Is.EqualTo(expected));
        Assert.That(forgetting.Trainer.SuppressedExamples, Is.Zero, "the joiner makes none");
        Assert.That(forgetting.Joiner.Status.Forgotten, Is.GreaterThan(report.ImpressionsRemoved), "those that came later");
    }

    [Test]
    public async Task What_was_read_ahead_is_read_again([Values(0, 8)] int ahead, [Range(0, 3)] int stages, [Range(0, 3)] int seed)
    {
        var (visits, at) = (JoinedVisits.Visits(seed, Count), 15 + seed);
        async Task<string[]> RunAsync(bool within)
        {
            var (batches, log) = (0, new MemorySnapshotStore());
            Task asked = Task.CompletedTask;
            using var stop = new CancellationTokenSource();
            OnlineTrainer? trainer = null;
            await using var training = new JoinedVisits(visits, new MemorySnapshotStore(), stages: (JoinedStages)stages, log: log,
                configure: (_, options) =>
                {
                    options.ReadAheadBatches = ahead;
                    options.Scored = (_, _) =>
                    {
                        if (++batches != at) return;
                        if (within) asked = trainer!.ForgetAsync(Request());
                        else stop.Cancel();
                    };
                });
            trainer = training.Trainer;
            if (!within)
            {
                Assert.That(() => trainer.RunAsync(null, stop.Token), Throws.InstanceOf<OperationCanceledException>());
                await trainer.ForgetAsync(Request());
            }
            await trainer.RunAsync();
            await asked;
            return training.State();
        }
        Assert.That(await RunAsync(within: true), Is.EqualTo(await RunAsync(within: false)));
    }

    [Test]
    public async Task A_quiet_stream_keeps_no_request_waiting()
    {
        var (visits, gate) = (JoinedVisits.Visits(2, Count), new TaskCompletionSource());
        await using var training = new JoinedVisits(visits, new MemorySnapshotStore(), configure: (_, options) => options.Scored = (_, _) =>
            gate.TrySetResult());
        var run = training.Trainer.RunAsync();
        await gate.Task;
        var report = await training.Trainer.ForgetAsync(Request());
        Assert.That(report.Ids, Is.EqualTo(_people.Length + 1));
        await run;
    }

    [Test]
    public Task A_kill_at_a_call_of_the_store_changes_no_bit([Range(0, 3)] int stages) => KillAsync(stages, everyPlace: false);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_kill_at_any_call_of_the_store_changes_no_bit([Range(0, 3)] int stages) => KillAsync(stages, everyPlace: true);

    [Test]
    public async Task No_file_has_them_after_the_retention([Range(0, 3)] int stages, [Range(0, 2)] int seed)
    {
        var (store, log, visits) = (new MemorySnapshotStore(), new MemorySnapshotStore(), JoinedVisits.Visits(seed, Count));
        await using (var training = new JoinedVisits(visits, store, At, (JoinedStages)stages, log))
        {
            await training.Trainer.RunAsync();
            Assert.That(await StoredIds.FilesWithAsync(store, _people), Is.Not.Empty);
            var report = await training.Trainer.ForgetAsync(Request());
            Assert.That(report.SampledEntriesRemoved, ((JoinedStages)stages).HasFlag(JoinedStages.Sampler) ? Is.GreaterThan(0) : Is.Zero);
            var learned = training.Learned.Count;
            training.End = Count;
            await training.Trainer.RunAsync();
            Assert.That(training.Learned.Skip(learned).Any(visit => IsTheirs(visit) || visit.Item == 1001), Is.False);
        }
        await FoldAsync(store);
        Assert.That(await StoredIds.FilesWithAsync(store, _people), Is.Empty);
        Assert.That(await StoredIds.FilesWithAsync(log, _people), Is.Empty);
        Assert.That(await SnapshotInspector.FindForgottenAsync(store), Is.Empty);
        // What is restored goes on without them as well.
        await using var next = new JoinedVisits(visits, store, Count, (JoinedStages)stages, log);
        await next.Trainer.RunAsync();
        Assert.That(next.Joiner.Status.Forgotten, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_rewind_brings_none_of_them_back([Range(0, 1)] int stages)
    {
        var (store, visits) = (new MemorySnapshotStore(), JoinedVisits.Visits(4, Count));
        ulong early;
        void Keep(OnlineJoinerOptions joining, OnlineTrainerOptions options) =>
            options.Synchronization.Retention = new() { Commits = 1000, Age = TimeSpan.FromDays(1) };
        await using (var training = new JoinedVisits(visits, store, At, (JoinedStages)stages, configure: Keep))
        {
            await training.Trainer.RunAsync();
            early = training.Trainer.NewestCommit!.Number;
            await training.Trainer.ForgetAsync(Request());
        }
        await SnapshotBackup.RestoreCommitAsync(store, early);
        await using (var training = new JoinedVisits(visits, store, stages: (JoinedStages)stages))
        {
            await training.Trainer.RunAsync();
            Assert.That(training.Learned.Where(IsTheirs), Is.Empty);
            Assert.That(training.Trainer.SuppressedExamples, Is.Zero);
        }
        await FoldAsync(store);
        Assert.That(await StoredIds.FilesWithAsync(store, _people), Is.Empty);
    }

    private static async Task KillAsync(int stages, bool everyPlace)
    {
        var visits = JoinedVisits.Visits(7, At + 40);
        var before = await BeforeAsync(visits, (JoinedStages)stages);
        var (counted, places, isForgotten) = (new KillableStore(await CopyOfStore.OfAsync(before.Store)), 0, false);
        var log = await CopyOfStore.OfAsync(before.Log);
        var expected = await RunAsync(visits, counted, log, (JoinedStages)stages, () => isForgotten,
            () => (isForgotten, places) = (true, counted.Places));
        Assert.That(places, Is.GreaterThan(20));
        // Each sixth place here, others for other stages; the long form has all.
        for (var at = everyPlace ? 0 : stages; at < places; at += everyPlace ? 1 : 6)
        {
            var (store, logged) = (await CopyOfStore.OfAsync(before.Store), await CopyOfStore.OfAsync(before.Log));
            isForgotten = false;
            var killed = new KillableStore(store) { At = at };
            Assert.That(() => RunAsync(visits, killed, logged, (JoinedStages)stages, () => isForgotten, () => isForgotten = true),
                Throws.Exception, $"place {at}");
            var found = await RunAsync(visits, store, logged, (JoinedStages)stages, () => isForgotten, () => isForgotten = true);
            Assert.That(found, Is.EqualTo(expected), $"place {at}");
        }
    }

    private static bool IsTheirs(Visit visit) => _people.Contains(visit.Person);

    // An item is of 32 bits, so that it stands in no search of bytes.
    private static ForgetRequest Request() =>
        new ForgetRequest { MaxSearchedFileBytes = 0 }.Add("people", _people).Add("items", 1001);

    private static async Task FoldAsync(SnapshotStore store)
    {
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
    }

    private static async Task<(MemorySnapshotStore Store, MemorySnapshotStore Log)> BeforeAsync(List<Visit> visits, JoinedStages stages)
    {
        var (store, log) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await using var training = new JoinedVisits(visits, store, At - 10, stages, log);
        await training.Trainer.RunAsync();
        return (store, log);
    }

    // Trains up to a place, forgets there unless that was done, and trains to the end.
    private static async Task<string[]> RunAsync(
        List<Visit> visits, SnapshotStore store, SnapshotStore log, JoinedStages stages, Func<bool> isForgotten, Action forgotten)
    {
        if (!isForgotten())
        {
            await using var training = new JoinedVisits(visits, store, At, stages, log, (_, options) =>
            {
                options.Synchronization.SparseEvery = Schedule.ByBatches(8);
                options.Synchronization.CommitAtEnd = false;
            });
            await training.Trainer.RunAsync();
            await training.Trainer.ForgetAsync(Request());
            forgotten();
        }
        await using var rest = new JoinedVisits(visits, store, stages: stages, log: log);
        await rest.Trainer.RunAsync();
        return rest.State();
    }
}
