using Monolith.Embeddings.Models;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>Which ids are known, and why others are not: asked of tables, of predictors, and of stores.</summary>
public class ExplainedIdsTests : LeakChecked
{
    [Test]
    public async Task A_replica_and_a_live_predictor_know_the_ids_of_the_tables(
        [Range(0, 4)] int seed, [Values(RowFormat.Float32, RowFormat.Int8)] RowFormat precision)
    {
        var store = new MemorySnapshotStore();
        await using var training = new VisitTraining(VisitTraining.Visits(seed), store);
        await training.Trainer.RunAsync();
        await using var replica = await ModelReplica.OpenAsync(store, CreateModel(), new() { Precision = precision });
        await using var live = await LivePredictor.OpenAsync(training.Trainer, CreateModel);
        foreach (var table in training.Tables.Tables)
        {
            var expected = new SortedSet<long>();
            foreach (var chunk in table.EnumerateRows()) expected.UnionWith(chunk.Ids.ToArray());
            Assert.That(expected, Is.Not.Empty);
            Assert.That(table.EnumerateIds().ToList(), Is.EquivalentTo(expected));
            foreach (var predictor in (Predictor[])[replica, live])
            {
                Assert.That(predictor.EnumerateIds(table.Name).ToList(), Is.EquivalentTo(expected));
                long[] asked = [.. expected, .. Enumerable.Range(0, 40).Select(VisitTraining.Person), 0, 1, .. expected.Take(3)];
                var known = new bool[asked.Length];
                Assert.That(predictor.IsKnown(table.Name, asked, known), Is.EqualTo(asked.Count(expected.Contains)));
                Assert.That(known, Is.EqualTo(asked.Select(expected.Contains)));
                Assert.That(predictor.IsKnown(table.Name, asked[0]), Is.True);
            }
        }
    }

    [Test]
    public async Task What_cannot_be_asked_is_refused()
    {
        var store = new MemorySnapshotStore();
        await using var training = new VisitTraining(VisitTraining.Visits(1), store);
        await training.Trainer.RunAsync();
        await using var replica = await ModelReplica.OpenAsync(store, CreateModel());
        Assert.That(() => replica.IsKnown("persons", 1), Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("'people'"));
        Assert.That(() => replica.EnumerateIds("persons"), Throws.InstanceOf<KeyNotFoundException>());
        Assert.That(() => replica.Explain("persons", 1), Throws.InstanceOf<KeyNotFoundException>());
        Assert.That(() => SnapshotInspector.ExplainAsync(store, "persons", 1), Throws.InstanceOf<KeyNotFoundException>());
        Assert.That(() => SnapshotInspector.ExplainAsync(new MemorySnapshotStore(), "people", 1), Throws.InstanceOf<SnapshotException>());
        Assert.That(() => replica.IsKnown("people", [1, 2], new bool[3]), Throws.ArgumentException);
        var ids = replica.EnumerateIds("people");
        await replica.DisposeAsync();
        Assert.That(() => ids.Count(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task An_enumeration_keeps_the_tables_that_it_began_with()
    {
        var store = new MemorySnapshotStore();
        await using var training = new VisitTraining(VisitTraining.Visits(1), store);
        await training.Trainer.RunAsync();
        var replica = await ModelReplica.OpenAsync(store, CreateModel());
        using (var ids = replica.EnumerateIds("people").GetEnumerator())
        {
            var count = 0;
            Assert.That(ids.MoveNext(), Is.True);
            await replica.DisposeAsync();
            for (count = 1; ids.MoveNext(); count++)
            {
            }
            Assert.That(count, Is.EqualTo(training.Tables["people"].Count));
        }
    }

    [Test]
    public async Task A_store_says_of_each_id_what_the_table_says([Range(0, 9)] int seed, [Values] bool isFolded)
    {
        var (store, random) = (new MemorySnapshotStore(), new Random(seed));
        await using var training = new VisitTraining(VisitTraining.Visits(seed), store, end: 5,
            configure: options => options.Synchronization.Retention = new() { Commits = 1000 });
        await training.Trainer.RunAsync();
        var (table, removed) = (training.Tables["people"], new List<long>());
        foreach (var id in table.EnumerateIds().ToList().Where(_ => random.Next(4) == 0)) removed.Add(id);
        table.Remove([.. removed]);
        await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", VisitTraining.Person(200)));
        if (isFolded) await SnapshotCompactor.CompactAsync(store);
        var states = new HashSet<StoredIdState>();
        var created = (await SnapshotInspector.InspectAsync(store)).Commits.ToLookup(one => one.Commit.Number, one => one.Commit.Created);
        for (var person = 0; person < VisitTraining.People + 3; person++)
        {
            var id = VisitTraining.Person(person);
            var (own, found) = (table.Explain(id), await SnapshotInspector.ExplainAsync(store, "people", id));
            states.Add(found.State);
            Assert.That(found.Commit is { } commit ? created[commit].Select(time => (DateTimeOffset?)time) : [null],
                Does.Contain(found.CommitCreated));
            Assert.That(found.State == StoredIdState.HasRow, Is.EqualTo(own.HasRow), $"person {person}");
            Assert.That(found.LastUpdate, Is.EqualTo(own.LastUpdate));
            if (own.HasRow) continue;
            var seen = own.Admission!.Value.Occurrences;
            Assert.That(found.Occurrences ?? 0, Is.EqualTo(seen));
            var expected = seen > 0 ? StoredIdState.Counted
                : removed.Contains(id) && !isFolded ? StoredIdState.Removed : StoredIdState.Unknown;
            Assert.That(found.State, Is.EqualTo(expected), $"person {person}: {found}");
        }
        Assert.That(states, Has.Count.EqualTo(isFolded ? 3 : 4));
        Assert.That((await SnapshotInspector.ExplainAsync(store, "people", VisitTraining.Person(200))).IsForgotten, Is.True);
    }

    [Test]
    public async Task Each_says_it_in_words()
    {
        var store = new MemorySnapshotStore();
        await using var training = new VisitTraining(VisitTraining.Visits(1), store);
        await training.Trainer.RunAsync();
        await using var replica = await ModelReplica.OpenAsync(store, CreateModel());
        await using var live = await LivePredictor.OpenAsync(training.Trainer, CreateModel);
        var (id, removed) = (training.Tables["people"].EnumerateIds().First(), training.Tables["people"].EnumerateIds().Last());
        var number = training.Trainer.NewestCommit!.Number;
        Assert.That($"{replica.Explain("people", id)}", Does.Contain("has a row").And.Contain($"as of commit {number}."));
        Assert.That($"{replica.Explain("people", 12)}", Does.Contain("id 12: has no row").And.Contain($"as of commit {number}."));
        Assert.That(live.Explain("people", id).Row!.HasRow, Is.True);
        Assert.That($"{live.Explain("people", 12)}", Does.Contain("2 occurrences make a row"));
        Assert.That($"{await SnapshotInspector.ExplainAsync(store, "people", id)}", Does.Contain("has a row, last changed by commit"));
        Assert.That($"{await SnapshotInspector.ExplainAsync(store, "people", 12)}", Does.Contain("nothing is known"));
        training.Tables["people"].Remove([removed]);
        await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", 12));
        var last = training.Trainer.NewestCommit!;
        Assert.That($"{await SnapshotInspector.ExplainAsync(store, "people", removed)}",
            Does.Contain(FormattableString.Invariant($"commit {last.Number} of {last.Created:u} removed it")));
    }

    private static DeepFm CreateModel() => new(VisitTraining.CreateSchema(), new() { Hidden = [4], Seed = 3 });
}
