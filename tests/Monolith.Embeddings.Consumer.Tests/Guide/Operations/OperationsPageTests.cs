using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.Operations;

/// <summary>The guide's page on operations shows what is compiled here, and its probes say what the page says.</summary>
public class OperationsPageTests
{
    [Test]
    public void The_page_shows_the_code_that_is_compiled_here()
    {
        var compiled = RepositoryFiles.Between(
            RepositoryFiles.Read("tests", "Monolith.Embeddings.Consumer.Tests", "Guide", "Operations", "Probes.cs"),
            "// <page>\n", "// </page>");
        var shown = RepositoryFiles.Blocks(RepositoryFiles.Read("docs", "guide", "operations.md"), "csharp");
        Assert.That(shown, Is.EqualTo(new[] { compiled }));
    }

    [Test]
    public async Task The_probes_are_quiet_while_all_is_well_and_say_what_is_not()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("ids", r => r.Bias(new FtrlOptions()));
        var (slot, click) = (builder.Slot("id", "ids"), builder.Task("click"));
        var schema = builder.Build();
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) => w.Id(slot, i % 10).Label(click, i % 2 == 0));
        var store = new MemorySnapshotStore();
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1 << 24 });
        using var model = new LogisticRegression(schema);
        await using var replica = await ModelReplica.OpenAsync(store, new LogisticRegression(schema), new()
        {
            Startup = ReplicaStartup.OpenNotReady,
            PollEvery = Timeout.InfiniteTimeSpan,
        });
        Assert.That(Probes.Ready(replica).Code, Is.EqualTo(503));
        Assert.That(Probes.Alarm(replica), Does.StartWith("No commit yet"));
        var throws = false;
        await using var trainer = new OnlineTrainer(tables, model, ExampleSource.From(() => Numbers(), encoder, 10), store);
        Assert.That(Probes.Alarm(trainer), Is.Null);
        await trainer.RunAsync();
        await replica.CatchUpAsync();
        Assert.That((Probes.Ready(replica).Code, Probes.Alarm(replica)), Is.EqualTo((200, (string?)null)));
        Assert.That(Probes.Alarm(trainer), Is.Null);
        throws = true;
        Assert.That(() => trainer.RunAsync(), Throws.TypeOf<IOException>());
        Assert.That(Probes.Alarm(trainer), Does.Contain("The run ended").And.Contain("the network is gone"));

        IEnumerable<int> Numbers()
        {
            for (var i = 0; i < 200; i++) yield return i < 150 || !throws ? i : throw new IOException("the network is gone");
            if (throws) throw new IOException("the network is gone");
        }
    }
}
