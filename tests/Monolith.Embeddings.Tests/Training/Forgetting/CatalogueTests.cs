using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Streams.ExampleLogs;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

public class CatalogueTests : LeakChecked
{
    [Test]
    public void It_holds_what_a_dictionary_holds_within_its_bounds([Range(0, 9)] int seed)
    {
        var (random, catalogue) = (new Random(seed), new IdCatalogue(maxTexts: 20, maxBytes: 4096));
        var (known, refused) = (new Dictionary<(string, long), string>(), 0);
        for (var i = 0; i < 2000; i++)
        {
            var (table, id) = (random.Next(2) == 0 ? "items" : "people", VisitTraining.Person(random.Next(30)));
            if (random.Next(4) == 0) Assert.That(catalogue.Remove(table, id), Is.EqualTo(known.Remove((table, id))));
            else
            {
                var text = new string('é', random.Next(300));
                var next = new Dictionary<(string, long), string>(known) { [(table, id)] = text };
                var fits = next.Count <= 20 && next.Values.Sum(BytesOf) <= 4096;
                Assert.That(catalogue.TrySet(table, id, text), Is.EqualTo(fits));
                if (fits) known = next;
                else refused++;
            }
            Assert.That((catalogue.Count, catalogue.Bytes, catalogue.Refused),
                Is.EqualTo((known.Count, known.Values.Sum(BytesOf), refused)));
        }
        AssertHolds(catalogue, known);
        var (bytes, version) = catalogue.Save();
        var loaded = new IdCatalogue();
        loaded.TrySet("items", 1, "gone");
        loaded.Load(bytes, version);
        AssertHolds(loaded, known);
        Assert.That(loaded.Save().Bytes, Is.EqualTo(bytes));
        Assert.That(refused, Is.GreaterThan(0));
        for (var length = 0; length < bytes.Length; length += 7)
            Assert.That(() => loaded.Load(bytes.AsSpan(0, length), 1), Throws.InstanceOf<FormatException>());
        AssertHolds(loaded, known);
    }

    [Test]
    public void What_cannot_be_kept_is_refused()
    {
        var catalogue = new IdCatalogue();
        Assert.That(() => catalogue.TrySet("items", 1, new string('x', 4097)), Throws.ArgumentException.With.Message.Contains("4096"));
        Assert.That(() => catalogue.TrySet("items", 1, "\ud800"), Throws.ArgumentException.With.Message.Contains("surrogate"));
        Assert.That(() => catalogue.TrySet("", 1, "x"), Throws.ArgumentException);
        Assert.That(() => catalogue.TrySet("items", 1, null!), Throws.ArgumentNullException);
        Assert.That(() => new IdCatalogue(maxTexts: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IdCatalogue(maxBytes: 4095), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((catalogue.Count, catalogue.TryGet("items", 1, out _)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task Commits_and_replicas_have_it_and_a_commit_without_a_change_writes_nothing()
    {
        var (store, visits, titles) = (new MemorySnapshotStore(), VisitTraining.Visits(1), new IdCatalogue());
        titles.TrySet("items", 1001, "Solaris");
        await using (var training = new VisitTraining(visits, store, end: 4, catalogue: titles))
        {
            await training.Trainer.RunAsync();
            await using var replica = await ModelReplica.OpenAsync(store, CreateModel(), new() { PollEvery = Timeout.InfiniteTimeSpan });
            await using var live = await LivePredictor.OpenAsync(training.Trainer, CreateModel);
            Assert.That((replica.TextOf("items", 1001), live.TextOf("items", 1001)), Is.EqualTo(("Solaris", "Solaris")));
            Assert.That((replica.TextOf("items", 1002), replica.TextOf("none", 1)), Is.EqualTo(((string?)null, (string?)null)));
            var before = (await SegmentFilesAsync(store)).Single();
            training.Source.End = 8;
            await training.Trainer.RunAsync();
            Assert.That((await SegmentFilesAsync(store)).Single(), Is.EqualTo(before), "nothing changed");
            titles.TrySet("items", 1002, "Stalker");
            Assert.That((live.TextOf("items", 1002), replica.TextOf("items", 1002)), Is.EqualTo(("Stalker", (string?)null)));
            training.Source.End = 12;
            await training.Trainer.RunAsync();
            await replica.CatchUpAsync();
            Assert.That(replica.CopyTexts("items"), Is.EquivalentTo(titles.Copy("items")));
        }
        var restored = new IdCatalogue();
        await using (var training = new VisitTraining(visits, store, end: 14, catalogue: restored))
        {
            await training.Trainer.RunAsync();
            Assert.That(restored.Copy("items"), Is.EquivalentTo(titles.Copy("items")));
        }
        // A trainer that does not know of it keeps it.
        await using (var training = new VisitTraining(visits, store, end: 16)) await training.Trainer.RunAsync();
        await SnapshotCompactor.CompactAsync(store);
        await using var late = await ModelReplica.OpenAsync(store, CreateModel());
        Assert.That(late.TextOf("items", 1002), Is.EqualTo("Stalker"));
    }

    [Test]
    public async Task Who_is_forgotten_has_no_text_and_a_rewind_brings_it_not_back()
    {
        var (store, visits, names) = (new MemorySnapshotStore(), VisitTraining.Visits(1), new IdCatalogue());
        var person = VisitTraining.Person(3);
        names.TrySet("people", person, "Kelvin");
        names.TrySet("people", VisitTraining.Person(4), "Snaut");
        ulong early;
        await using (var training = new VisitTraining(visits, store, end: 6, catalogue: names,
            configure: options => options.Synchronization.Retention = new() { Commits = 1000 }))
        {
            await training.Trainer.RunAsync();
            early = training.Trainer.NewestCommit!.Number;
            await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", person));
            Assert.That(names.Copy("people").Values, Is.EqualTo(new[] { "Snaut" }));
            await using var replica = await ModelReplica.OpenAsync(store, CreateModel());
            Assert.That((replica.TextOf("people", person), replica.TextOf("people", VisitTraining.Person(4))),
                Is.EqualTo(((string?)null, "Snaut")));
        }
        await SnapshotBackup.RestoreCommitAsync(store, early);
        var restored = new IdCatalogue();
        await using (var training = new VisitTraining(visits, store, end: 6, catalogue: restored))
        {
            await training.Trainer.RunAsync();
            Assert.That(restored.Copy("people").Values, Is.EqualTo(new[] { "Snaut" }));
        }
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That(await SnapshotInspector.FindForgottenAsync(store), Is.Empty);
    }

    [Test]
    public async Task A_trainer_without_a_catalogue_forgets_texts_too([Values] bool isKilled)
    {
        var (before, visits, names) = (new MemorySnapshotStore(), VisitTraining.Visits(1), new IdCatalogue());
        var person = VisitTraining.Person(3);
        names.TrySet("people", person, "Kelvin");
        names.TrySet("people", VisitTraining.Person(4), "Snaut");
        await using (var training = new VisitTraining(visits, before, end: 6, catalogue: names)) await training.Trainer.RunAsync();
        async Task<int> ForgetAsync(SnapshotStore store)
        {
            await using var training = new VisitTraining(visits, store, end: 6);
            await training.Trainer.ForgetAsync(new ForgetRequest { MaxSearchedFileBytes = 0 }.Add("people", person));
            return store is KillableStore counted ? counted.Places : 0;
        }
        var kills = 0;
        var places = isKilled ? await ForgetAsync(new KillableStore(await CopyOfStore.OfAsync(before))) : 1;
        for (var at = 0; at < places; at += 3)
        {
            var store = await CopyOfStore.OfAsync(before);
            try
            {
                if (isKilled) await ForgetAsync(new KillableStore(store) { At = at });
            }
            catch (Exception killed) when (killed.GetBaseException() is KilledException)
            {
                kills++;
            }
            await ForgetAsync(store);
            await SnapshotCompactor.CompactAsync(store);
            await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
            Assert.That(await StoredIds.FilesWithAsync(store, person), Is.Empty, $"place {at}");
            await using var replica = await ModelReplica.OpenAsync(store, CreateModel());
            Assert.That(replica.CopyTexts("people").Values, Is.EqualTo(new[] { "Snaut" }), $"place {at}");
        }
        Assert.That(kills, isKilled ? Is.GreaterThan(5) : Is.Zero);
    }

    [Test]
    public async Task A_kill_at_any_call_loses_no_text_that_a_commit_had()
    {
        var visits = VisitTraining.Visits(1, batches: 6);
        var counted = new KillableStore(new MemorySnapshotStore());
        await TrainAsync(visits, counted);
        for (var at = 0; at < counted.Places; at++)
        {
            var inner = new MemorySnapshotStore();
            Assert.That(() => TrainAsync(visits, new KillableStore(inner) { At = at }), Throws.Exception, $"place {at}");
            var texts = await TrainAsync(visits, inner);
            // Each batch names itself, and none that was learned is without its name.
            Assert.That(texts.Keys, Is.EquivalentTo(Enumerable.Range(1, 6).Select(step => (long)step)), $"place {at}");
        }
    }

    private static async Task<IReadOnlyDictionary<long, string>> TrainAsync(List<Visit[]> visits, SnapshotStore store)
    {
        var names = new IdCatalogue();
        OnlineTrainer? trainer = null;
        await using var training = new VisitTraining(visits, store, catalogue: names,
            configure: options => options.Scored = (_, _) => names.TrySet("items", trainer!.Steps, $"batch {trainer.Steps}"));
        trainer = training.Trainer;
        await trainer.RunAsync();
        return names.Copy("items");
    }

    private static void AssertHolds(IdCatalogue catalogue, Dictionary<(string Table, long Id), string> known)
    {
        foreach (var table in (string[])["items", "people", "none"])
        {
            Assert.That(catalogue.Copy(table),
                Is.EquivalentTo(known.Where(entry => entry.Key.Table == table).ToDictionary(entry => entry.Key.Id, entry => entry.Value)));
        }
    }

    private static long BytesOf(string text) => 12 + (2 * text.Length);

    private static async Task<List<string>> SegmentFilesAsync(SnapshotStore store) =>
        [.. (await store.ListAsync()).Select(file => file.Name).Where(name => name.EndsWith(".bytes", StringComparison.Ordinal))];

    private static DeepFm CreateModel() => new(VisitTraining.CreateSchema(), new() { Hidden = [4], Seed = 3 });
}
