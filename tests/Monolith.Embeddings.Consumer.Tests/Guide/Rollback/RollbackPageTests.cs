using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.Rollback;

/// <summary>The guide's page on bad models shows what is compiled here, and its code does what the page says.</summary>
public class RollbackPageTests
{
    private static readonly string[] Files = ["Gated", "TwoVersions", "GoingBack"];

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("rollback", "Rollback", Files);

    [Test]
    public async Task What_is_held_by_hand_is_told_and_comes_when_it_is_accepted()
    {
        var store = new MemorySnapshotStore();
        await TrainAsync(store, 10, (trainer, batch) =>
        {
            if (batch == 3) Gated.Stop(trainer, "a release");
            if (batch == 6)
            {
                var (isHealthy, told) = Gated.Check(trainer);
                Assert.That((isHealthy, told), Is.EqualTo((false, told)));
                Assert.That(told, Does.Contain("a release").And.Contain("They have commit 2."));
                Gated.Accept(trainer);
            }
            if (batch == 9) Gated.GoOn(trainer);
        });
        var commits = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span).Commits;
        Assert.That(commits.Select(commit => commit.IsHeld ? 'h' : '-'), Is.EqualTo("--hhh-hh--"));
    }

    [Test]
    public async Task Two_versions_answer_their_users_and_are_compared()
    {
        var store = new MemorySnapshotStore();
        var (_, slot, click) = CreateSchema();
        await TrainAsync(store, 10, (_, _) => { });
        await using var good = await OpenAsync(store);
        await good.PinAsync(1);
        await using var newest = await OpenAsync(store);
        await using var two = new TwoVersions(good, newest, click);
        for (var user = 0; user < 2000; user++)
        {
            // One of three, as in training.
            var (arm, scores) = two.Score(user, slot, [0, 1, 2]);
            for (var i = 0; i < scores.Length; i++) two.Report(arm, scores[i], isClicked: i == 0);
        }
        Assert.That(two.Pair.Canary.Figures.Requests, Is.InRange(60, 140));
        Assert.That(two.Pair.Main.Figures.Requests + two.Pair.Canary.Figures.Requests, Is.EqualTo(2000));
        Assert.That((two.IsNewestAsGood(100), two.IsNewestAsGood(1000)), Is.EqualTo((true, false)));
        two.Stop();
        Assert.That(two.Pair.Canary.Figures.Requests, Is.EqualTo(2000 - two.Pair.Main.Figures.Requests));
        Assert.That(Enumerable.Range(0, 2000).Select(user => two.Pair.ArmOf(user)), Is.All.SameAs(two.Pair.Main));
        await two.DisposeAsync();
        var shadow = two.Shadow;
        Assert.That(shadow.Requests + shadow.Dropped, Is.EqualTo(two.Pair.Main.Figures.Requests));
        Assert.That(shadow.MeanDifference, Is.Positive);
    }

    [Test]
    public async Task Going_back_gives_up_what_came_later_and_it_can_be_taken_back()
    {
        var (store, aside) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(store, 10, (_, _) => { });
        var commits = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span).Commits;
        var (good, last) = (commits[^4], commits[^1]);
        var back = await GoingBack.ToBeforeAsync(store, aside, good.Created.AddTicks(1));
        Assert.That((back.Commit.Created, back.SetAside.Commit), Is.EqualTo((good.Created, last.Number)));
        var again = await GoingBack.TakeBackAsync(store, aside, back);
        Assert.That(again.Created, Is.EqualTo(last.Created));
    }

    private static Task<ModelReplica> OpenAsync(SnapshotStore store) => ModelReplica.OpenAsync(
        store, new LogisticRegression(CreateSchema().Schema), new() { PollEvery = Timeout.InfiniteTimeSpan });

    private static (FeatureSchema Schema, FeatureSlot Item, LabelTask Click) CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", r => r.Bias(new FtrlOptions()));
        var (item, click) = (f.Slot("item", "items"), f.Task("click"));
        return (f.Build(), item, click);
    }

    private static async Task TrainAsync(MemorySnapshotStore store, int batches, Action<OnlineTrainer, int> scored)
    {
        var (schema, item, click) = CreateSchema();
        ExampleEncoder<int> encoder = new(schema, (in int i, ExampleWriter w) => w.Id(item, i % 50).Label(click, i % 3 == 0));
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new LogisticRegression(schema);
        var options = Gated.CreateOptions(ExampleSource.From(_ => Numbers(100), encoder, 50));
        var (batch, trainer) = (0, (OnlineTrainer?)null);
        options.Synchronization.SparseEvery = Schedule.ByBatches(1);
        options.Synchronization.CommitAtEnd = false;
        // Rows are few, and the model starts untrained.
        options.Synchronization.Gate!.MaxChangedShare = 1;
        options.Scored = (_, _) => scored(trainer!, ++batch);
        trainer = new OnlineTrainer(tables, model, ExampleSource.From(_ => Numbers(batches * 50), encoder, 50), store, options);
        await using (trainer) await trainer.RunAsync();
    }

    private static async IAsyncEnumerable<int> Numbers(int count)
    {
        await Task.CompletedTask;
        for (var i = 0; i < count; i++) yield return i;
    }
}
