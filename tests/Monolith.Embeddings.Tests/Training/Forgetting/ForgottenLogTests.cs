using Monolith.Embeddings.Features;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Streams.ExampleLogs;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>The example log of a training in which people are forgotten.</summary>
public class ForgottenLogTests : LeakChecked
{
    private const int At = 10;

    private static readonly long[] _people = [VisitTraining.Person(0), VisitTraining.Person(5), VisitTraining.Person(9)];

    [Test]
    public async Task The_log_loses_their_examples_and_keeps_all_others([Range(0, 9)] int seed)
    {
        var (store, log, visits) = (new MemorySnapshotStore(), new MemorySnapshotStore(), VisitTraining.Visits(seed));
        await using var training = new VisitTraining(visits, store, end: At, log: log);
        await training.Trainer.RunAsync();
        Assert.That(await ReadAsync(log), Is.EqualTo(visits.Take(At).SelectMany(batch => batch)));
        var report = await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", _people));
        var gone = visits.Take(At).SelectMany(batch => batch).Count(IsTheirs);
        Assert.That(report.LoggedExamplesRemoved, Is.EqualTo(gone).And.GreaterThan(0));
        Assert.That(await ReadAsync(log), Is.EqualTo(visits.Take(At).SelectMany(batch => batch).Where(visit => !IsTheirs(visit))));
        Assert.That(await SnapshotInspector.FindForgottenAsync(store, log), Is.Empty);
        training.Source.End = visits.Count;
        await training.Trainer.RunAsync();
        Assert.That(await ReadAsync(log), Is.EqualTo(visits.SelectMany(batch => batch).Where(visit => !IsTheirs(visit))));
        Assert.That(await SnapshotInspector.FindForgottenAsync(store, log), Is.Empty);
        var check = await new ExampleLog(log).VerifyAsync();
        Assert.That((check.Faults.Count, check.UnlistedFiles.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_search_finds_them_before()
    {
        var (store, log, visits) = (new MemorySnapshotStore(), new MemorySnapshotStore(), VisitTraining.Visits(1));
        await using var training = new VisitTraining(visits, store, end: At);
        await training.Trainer.RunAsync();
        await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", _people));
        await using var logged = new VisitTraining(visits, new MemorySnapshotStore(), log: log);
        await logged.Trainer.RunAsync();
        var found = await SnapshotInspector.FindForgottenAsync(store, log);
        Assert.That(found, Is.Not.Empty.And.All.Matches<ForgottenFinding>(one => one.Place == "section 'rows'"));
    }

    [Test]
    public async Task What_was_read_ahead_is_left_out_too([Range(0, 9)] int seed)
    {
        var (log, visits) = (new MemorySnapshotStore(), VisitTraining.Visits(seed));
        var (batches, asked) = (0, Task.FromResult<ForgetReport>(null!));
        OnlineTrainer? trainer = null;
        await using var training = new VisitTraining(visits, new MemorySnapshotStore(), log: log,
            configure: options => options.Scored = (_, _) =>
            {
                if (++batches == At) asked = trainer!.ForgetAsync(new ForgetRequest().Add("people", _people));
            });
        trainer = training.Trainer;
        await trainer.RunAsync();
        await asked;
        Assert.That(await ReadAsync(log), Is.EqualTo(visits.SelectMany(batch => batch).Where(visit => !IsTheirs(visit))));
        var rows = (await new ExampleLog(log).ReadStatusAsync()).Files.Sum(file => file.Rows);
        var forgotten = visits.Take(At).SelectMany(batch => batch).Count(IsTheirs);
        Assert.That(rows, Is.EqualTo((await ReadAsync(log)).Count + forgotten), "what no commit had takes no number");
    }

    [Test]
    public async Task A_kill_at_any_call_of_either_store_changes_nothing([Values] bool ofLog)
    {
        var visits = VisitTraining.Visits(3, batches: At + 4);
        var (expected, places) = await UndisturbedAsync(visits, ofLog);
        Assert.That(places, Is.GreaterThan(20));
        var (before, loggedBefore) = await BeforeAsync(visits);
        foreach (var at in Places.UpTo(places))
        {
            var (store, log, isForgotten) = (await CopyOfStore.OfAsync(before), await CopyOfStore.OfAsync(loggedBefore), false);
            var killed = new KillableStore(ofLog ? log : store) { At = at };
            Assert.That(
                () => RunAsync(visits, ofLog ? store : killed, ofLog ? killed : log, () => isForgotten, () => isForgotten = true),
                Throws.Exception, $"place {at}");
            await RunAsync(visits, store, log, () => isForgotten, () => isForgotten = true);
            Assert.That(await StateAsync(store, log), Is.EqualTo(expected), $"place {at}");
            Assert.That(await SnapshotInspector.FindForgottenAsync(store, log), Is.Empty, $"place {at}");
            var check = await new ExampleLog(log).VerifyAsync();
            Assert.That((check.Faults.Count, check.UnlistedFiles.Count), Is.EqualTo((0, 0)), $"place {at}");
        }
    }

    private static bool IsTheirs(Visit visit) => _people.Contains(visit.Person);

    private static async Task<(MemorySnapshotStore Store, MemorySnapshotStore Log)> BeforeAsync(List<Visit[]> visits)
    {
        var (store, log) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await using var training = new VisitTraining(visits, store, end: At - 2, log: log);
        await training.Trainer.RunAsync();
        return (store, log);
    }

    private static async Task<(string[] State, int Places)> UndisturbedAsync(List<Visit[]> visits, bool ofLog)
    {
        var (store, log) = await BeforeAsync(visits);
        var (counted, isForgotten, places) = (new KillableStore(ofLog ? log : store), false, 0);
        await RunAsync(visits, ofLog ? store : counted, ofLog ? counted : log, () => isForgotten,
            () => (isForgotten, places) = (true, counted.Places));
        return (await StateAsync(store, log), places);
    }

    // Trains up to a batch, forgets there unless that was done, and trains to the end. The newest commit is two batches old then, so that
    // their examples of these batches would not be learned where the forgetting did not commit first.
    private static async Task RunAsync(
        List<Visit[]> visits, SnapshotStore store, SnapshotStore log, Func<bool> isForgotten, Action forgotten)
    {
        if (!isForgotten())
        {
            await using var training = new VisitTraining(visits, store, end: At, log: log, configure: CommitSeldom);
            await training.Trainer.RunAsync();
            await training.Trainer.ForgetAsync(new ForgetRequest { MaxSearchedFileBytes = 0 }.Add("people", _people));
            forgotten();
        }
        await using var rest = new VisitTraining(visits, store, log: log);
        await rest.Trainer.RunAsync();
    }

    private static void CommitSeldom(OnlineTrainerOptions options)
    {
        options.Synchronization.SparseEvery = Schedule.ByBatches(8);
        options.Synchronization.CommitAtEnd = false;
    }

    // All that was learned and logged.
    private static async Task<string[]> StateAsync(SnapshotStore store, SnapshotStore log)
    {
        await using var training = new VisitTraining([], store, log: log);
        await training.Trainer.RunAsync();
        var status = await new ExampleLog(log).ReadStatusAsync();
        return [.. training.State(), $"{status.Files.Sum(file => file.Rows)} rows", .. (await ReadAsync(log)).Select(visit => $"{visit}")];
    }

    private static async Task<List<Visit>> ReadAsync(SnapshotStore log)
    {
        var (schema, visits) = (VisitTraining.CreateSchema(), new List<Visit>());
        await foreach (var batch in new ExampleLogSource(new ExampleLog(log), schema).ReadAsync(StreamPosition.Start, default))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                visits.Add(new Visit(batch.Ids(schema.Slots[0])[row], batch.Ids(schema.Slots[1])[row],
                    batch.Labels(schema.Tasks[0])[row] > 0, batch.EventTimesMilliseconds[row]));
            }
            batch.Dispose();
        }
        return visits;
    }
}
