using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>The examples in the documentation of types; <see cref="ExampleTests"/> holds that they are these, to the letter.</summary>
internal static class StreamsExamples
{
    public static ExampleSource OfNegativeSampler(
        ExampleSource purchases, LabelTask bought, FeatureSlot item, FeatureSlot category, FeatureSlot user)
    {
        // <example NegativeSampler>
        // A log of purchases: each gets five items that others bought and this user did not lately.
        var source = purchases.WithNegatives(new() { Task = bought, Item = item, ItemSlots = [category], User = user });
        // </example>
        return source;
    }

    public static ExampleSource OfSubsampling(
        ExampleSource source, FeatureSlot user, LabelTask click, HashSet<long> newUsers, bool isByUser)
    {
        // <example Subsampling>
        // One negative in ten; the offset corrects for the others.
        var sampled = source.Subsampled(new SubsamplingOptions { Task = click, NegativeRate = 0.1, Seed = 42 });

        // All of the new users, few of the others.
        var byUser = source.Subsampled(new SubsamplingOptions
        {
            Task = click,
            Negatives = (in ExampleView example) => newUsers.Contains(example.Ids(user)[0]) ? 1 : 0.02,
        });
        // </example>
        return isByUser ? byUser : sampled;
    }

    public static async Task OfOnlineJoiner(
        FeatureSchema schema, FeatureSlot user, FeatureSlot item, LabelTask click, EmbeddingTableSet tables, OnlineModel model,
        SnapshotStore store, CancellationToken stopping)
    {
        // <example OnlineJoiner>
        // public record Shown(long Request, long Item, long User, DateTimeOffset Time);
        // public record Clicked(long Request, long Item, DateTimeOffset Time);
        var encoder = new ExampleEncoder<Shown>(schema, (in Shown shown, ExampleWriter writer) => writer
            .Id(user, shown.User)
            .Id(item, shown.Item)
            .At(shown.Time, shown.Request));

        using var joiner = new OnlineJoiner<(long, long), Shown, Clicked>(
            JoinKeys.Int64Pair,
            new JoinedImpressions<(long, long), Shown>(encoder, shown => (shown.Request, shown.Item)),
            new JoinedActions<(long, long), Clicked>(click, clicked => (clicked.Request, clicked.Item), clicked => clicked.Time),
            new OnlineJoinerOptions { Window = TimeSpan.FromMinutes(10), BatchSize = 256 });

        var json = ShopJson.Default;
        joiner.AddImpressions("impressions", new JsonLinesLog<Shown>(LogFiles.Rotating("impressions.jsonl"), json.Shown));
        joiner.AddActions("clicks", new JsonLinesLog<Clicked>(LogFiles.Rotating("clicks.jsonl"), json.Clicked));

        await using var trainer = new OnlineTrainer(tables, model, joiner, store);
        await trainer.RunAsync(null, stopping);
        // </example>
    }
}
