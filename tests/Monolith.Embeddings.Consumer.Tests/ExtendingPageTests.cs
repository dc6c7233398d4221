using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests;

/// <summary>
/// docs/extending.md: its code is compiled here, keeps the contracts, and runs in a table that its own configuration describes.
/// </summary>
public class ExtendingPageTests
{
    private const uint Day = 86_400;

    private static readonly string[] Files =
    [
        "Lion", "SparseSigns", "SeenOnDays", "LongerIfFrequent", "BucketSnapshotStore", "PagedLog", "BiasSum", "NewestMean",
        "OwnContractsTests",
        "Registration",
    ];

    private static string Page => RepositoryFiles.Read("docs", "extending.md");

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here()
    {
        var compiled = Files.Select(file => RepositoryFiles.Between(
            RepositoryFiles.Read("tests", "Monolith.Embeddings.Consumer.Tests", "Extending", $"{file}.cs"), "// <page>\n", "// </page>"));
        Assert.That(RepositoryFiles.Blocks(Page, "csharp"), Is.EqualTo(compiled));
    }

    [Test]
    public void The_page_s_configuration_makes_a_table_of_own_parts()
    {
        using var services = Provide(RepositoryFiles.Blocks(Page, "json").Single());
        var table = services.GetRequiredService<EmbeddingTableSet>()["users"];
        var row = new float[16];
        Assert.That(table.LookupOrAdmit([7], [], row, eventTime: At.Seconds(10 * Day)), Is.Zero, "seen on one day");
        Assert.That(table.LookupOrAdmit([7], [], row, eventTime: At.Seconds(11 * Day)), Is.EqualTo(1), "seen on a second day");
        Assert.That(row.Select(MathF.Abs), Is.All.EqualTo(0f).Or.EqualTo(0.05f), "sparse signs");
        var learned = new float[16];
        table.ApplyGradients([7], [.. Enumerable.Repeat(3f, 16)], [], eventTime: At.Seconds(11 * Day));
        table.Lookup([7], learned);
        Assert.That(learned, Is.EqualTo(row.Select(w => w - 0.001f)), "Lion takes steps of one size");
        table.Assign([8], row, eventTime: At.Seconds(12 * Day));
        Assert.That(table.Evict(), Is.Zero);
        table.Assign([8], row, eventTime: At.Seconds(13 * Day));
        Assert.That(table.Evict(), Is.EqualTo(1), "two occurrences kept it for two days");
        Assert.That((table.Contains(7), table.Contains(8)), Is.EqualTo((false, true)));
    }

    [Test]
    public void Own_parts_report_their_errors_by_path()
    {
        using var services = Provide(
            RepositoryFiles.Blocks(Page, "json").Single().Replace("\"LearningRate\": 0.001", "\"Beta1\": 2", StringComparison.Ordinal));
        Assert.That(() => services.GetRequiredService<EmbeddingTableSet>(), Throws.InstanceOf<OptionsValidationException>()
            .With.Message.EqualTo("Recommender:Tables:users:Segments:0:Optimizer:Beta1: 2 is not between 0 and 1."));
    }

    [Test]
    public async Task A_write_that_has_begun_is_not_cancelled()
    {
        using var stopping = new CancellationTokenSource();
        var bucket = new MemoryBucket { AfterPut = stopping.Cancel };
        var store = new BucketSnapshotStore(bucket);
        var token = await store.TryReplaceManifestAsync(new byte[] { 1 }, null, stopping.Token);
        Assert.That(token, Is.Not.Null.And.EqualTo((await store.ReadManifestAsync())!.Token));
        using var another = new CancellationTokenSource();
        bucket.AfterPut = another.Cancel;
        await using var file = await store.CreateAsync("a");
        await file.CommitAsync(another.Token);
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(1));
        Assert.That(async () => await store.TryReplaceManifestAsync(new byte[] { 2 }, token, stopping.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await store.ReadManifestAsync())!.Token, Is.EqualTo(token));
    }

    private static ServiceProvider Provide(string json)
    {
        var services = new ServiceCollection();
        services.AddRecommender(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
        return services.BuildServiceProvider();
    }
}
