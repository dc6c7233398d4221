using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>What is learned once ids were forgotten, held against a training whose stream lacks them from then on.</summary>
public class ForgettingTests : LeakChecked
{
    [Test]
    public async Task It_learns_on_as_if_their_visits_never_came([Range(0, 14)] int seed)
    {
        var (visits, random) = (VisitTraining.Visits(seed), new Random(seed));
        var (at, people) = (random.Next(VisitTraining.Batches), Draw(random));
        var expected = await ExpectedAsync(visits, at, people);
        await using var training = new VisitTraining(visits, end: at);
        await training.Trainer.RunAsync();
        var report = await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", people));
        training.Source.End = visits.Count;
        await training.Trainer.RunAsync();
        Assert.That(training.State(), Is.EqualTo(expected));
        Assert.That((report.Ids, report.Commit, report.Commits.Count), Is.EqualTo((people.Length, (SnapshotCommit?)null, 0)));
        Assert.That(training.Trainer.SuppressedExamples,
            Is.EqualTo(visits.Skip(at).Sum(batch => batch.Count(visit => people.Contains(visit.Person)))));
    }

    [Test]
    public async Task It_forgets_between_two_batches_of_a_run_that_reads_ahead([Range(0, 9)] int seed)
    {
        var (visits, random) = (VisitTraining.Visits(seed), new Random(seed));
        var (at, people) = (random.Next(1, VisitTraining.Batches), Draw(random));
        var expected = await ExpectedAsync(visits, at, people);
        var (batches, asked) = (0, Task.FromResult<ForgetReport>(null!));
        OnlineTrainer? trainer = null;
        await using var training = new VisitTraining(visits, new MemorySnapshotStore(), configure: options => options.Scored = (_, _) =>
        {
            if (++batches == at) asked = trainer!.ForgetAsync(new ForgetRequest().Add("people", people));
        });
        trainer = training.Trainer;
        await trainer.RunAsync();
        Assert.That((await asked).Commit, Is.Not.Null);
        Assert.That(training.State(), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_batch_of_forgotten_people_alone_is_passed_over()
    {
        var visits = VisitTraining.Visits(1, batches: 4);
        visits[2] = [.. visits[2].Select(visit => visit with { Person = VisitTraining.Person(77) })];
        await using var training = new VisitTraining(visits, end: 2);
        await training.Trainer.RunAsync();
        await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", VisitTraining.Person(77)));
        training.Source.End = 4;
        await training.Trainer.RunAsync();
        Assert.That((training.Trainer.Steps, training.Trainer.SuppressedExamples), Is.EqualTo((4, (long)VisitTraining.BatchSize)));
        Assert.That(training.Trainer.Position.Bytes.ToArray(), Is.EqualTo(BitConverter.GetBytes(4)));
    }

    [Test]
    public async Task What_happens_after_the_time_until_which_it_counts_not_is_learned_as_of_somebody_new()
    {
        var (visits, person) = (VisitTraining.Visits(3), VisitTraining.Person(7));
        var until = DateTimeOffset.FromUnixTimeMilliseconds(visits[12][^1].Time);
        await using var training = new VisitTraining(visits, end: 6);
        await training.Trainer.RunAsync();
        await training.Trainer.ForgetAsync(new ForgetRequest { Until = until }.Add("people", person));
        training.Source.End = 13;
        await training.Trainer.RunAsync();
        Assert.That(training.Tables["people"].Contains(person), Is.False);
        training.Source.End = visits.Count;
        await training.Trainer.RunAsync();
        Assert.That(training.Tables["people"].Contains(person), Is.True);
        Assert.That(visits.Skip(13).SelectMany(batch => batch).Count(visit => visit.Person == person), Is.GreaterThan(1), "it came again");
    }

    [Test]
    public async Task Nothing_is_left_in_the_tables_that_knows_of_an_id([Range(0, 4)] int seed)
    {
        var visits = VisitTraining.Visits(seed, batches: 3);
        await using var training = new VisitTraining(visits);
        await training.Trainer.RunAsync();
        var table = training.Tables["people"];
        long[] people = [.. Enumerable.Range(0, VisitTraining.People).Select(VisitTraining.Person)];
        long[] removed = [.. people.Where(table.Contains).Take(2)], counted = [.. people.Where(id => !table.Contains(id)).Take(2)];
        table.Remove(removed.AsSpan(0, 1));
        var pending = table.GetStatistics().PendingIds;
        var wasCounted = counted.Count(id => table.Explain(id).Admission!.Value.Occurrences > 0);
        await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", [.. removed, .. counted]));
        foreach (var id in removed.Concat(counted))
        {
            var told = table.Explain(id);
            Assert.That(told.HasRow, Is.False);
            Assert.That(told.LastRemoval, Is.Null);
            Assert.That(told.Admission!.Value.Occurrences, Is.Zero);
        }
        Assert.That(table.GetStatistics().PendingIds, Is.EqualTo(pending - wasCounted));
        Assert.That(table.Collect(id => removed.Contains(id) || counted.Contains(id)), Is.Empty);
    }

    [Test]
    public async Task A_trainer_that_waits_for_a_quiet_stream_forgets_at_once()
    {
        var time = new ManualTime();
        await using var quiet = new QuietTrainer(new MemorySnapshotStore(), time, ids: 3);
        quiet.Start();
        quiet.Log.Grow(QuietTrainer.BatchSize);
        await quiet.LearnedAsync(QuietTrainer.BatchSize);
        var report = await quiet.Trainer.ForgetAsync(new ForgetRequest().Add("events", 1)).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That((report.RowsRemoved, quiet.Tables["events"].Contains(1), quiet.Tables["events"].Contains(2)),
            Is.EqualTo((1, false, true)));
    }

    [Test]
    public async Task Requests_of_many_threads_are_all_done()
    {
        await using var training = new VisitTraining(VisitTraining.Visits(2), new MemorySnapshotStore());
        var run = training.Trainer.RunAsync();
        var asked = Enumerable.Range(0, VisitTraining.People).Select(VisitTraining.Person)
            .Select(person => Task.Run(() => training.Trainer.ForgetAsync(new ForgetRequest().Add("people", person))));
        var reports = await Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(60));
        await run;
        Assert.That(reports, Has.All.Matches<ForgetReport>(report => report.Ids == 1));
        Assert.That(training.Tables["people"].Count, Is.Zero);
    }

    [Test]
    public async Task A_request_that_cannot_be_used_is_refused_before_anything_changes()
    {
        await using var training = new VisitTraining(VisitTraining.Visits(2, batches: 2));
        var trainer = training.Trainer;
        var wrong = new ForgetRequest { Until = DateTimeOffset.UnixEpoch.AddSeconds(-1) };
        wrong.Backups.Add(null!);
        Assert.That(() => trainer.ForgetAsync(wrong), Throws.ArgumentException
            .With.Message.Contains("no id").And.Message.Contains("before 1970").And.Message.Contains("null"));
        Assert.That(() => trainer.ForgetAsync(new ForgetRequest().Add("persons", 1).Add("people", 2)), Throws.ArgumentException
            .With.Message.Contains("'persons'").And.Message.Contains("'people', 'items'"));
        Assert.That(() => trainer.ForgetAsync(null!), Throws.ArgumentNullException);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        Assert.That(() => trainer.ForgetAsync(new ForgetRequest().Add("people", 1), stopped.Token),
            Throws.InstanceOf<OperationCanceledException>());
        await trainer.DisposeAsync();
        Assert.That(() => trainer.ForgetAsync(new ForgetRequest().Add("people", 1)), Throws.InstanceOf<ObjectDisposedException>());
    }

    // A person who is forgotten after some batches is removed then, and is in no later batch.
    private static async Task<string[]> ExpectedAsync(List<Visit[]> visits, int at, long[] people)
    {
        List<Visit[]> left =
            [.. visits.Select((batch, i) => i < at ? batch : batch.Where(visit => !people.Contains(visit.Person)).ToArray())];
        await using var training = new VisitTraining(left, end: at);
        await training.Trainer.RunAsync();
        training.Tables["people"].Forget(people);
        training.Source.End = visits.Count;
        await training.Trainer.RunAsync();
        return training.State();
    }

    private static long[] Draw(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => VisitTraining.Person(random.Next(VisitTraining.People))).Distinct()];
}
