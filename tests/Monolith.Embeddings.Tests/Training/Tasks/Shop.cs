using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training.Tasks;

/// <summary>
/// Users see items, click by one liking and buy by another that has nothing to do with it. Whether they buy is observed for every third
/// row alone.
/// </summary>
internal sealed class Shop
{
    private const int Users = 50, Items = 50;

    private readonly double[] _clicks, _purchases;
    private readonly int _rows;

    /// <param name="rows">How many rows the stream has.</param>
    /// <param name="purchase">How purchases correct for labels that come late.</param>
    /// <param name="biases">How many biases an id has.</param>
    public Shop(int rows, FeedbackCorrection purchase = FeedbackCorrection.None, int biases = 1)
    {
        var random = new Random(5);
        (_rows, _clicks, _purchases) = (rows, Likings(random), Likings(random));
        var builder = new FeatureSchemaBuilder();
        foreach (var table in (string[])["users", "items"])
        {
            builder.Table(table, row => row
                .Bias(new AdagradOptions { LearningRate = 0.2f }, heads: biases)
                .Vector(4, new AdagradOptions { LearningRate = 0.05f }));
        }
        (User, Item) = (builder.Slot("user", "users"), builder.Slot("item", "items"));
        (Click, Purchase) = (builder.Task("click"), builder.Task("purchase", new() { Correction = purchase }));
        Schema = builder.Build();
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Item { get; }

    public LabelTask Click { get; }

    public LabelTask Purchase { get; }

    public ExampleSource Source(int batchSize = 50)
    {
        var encoder = new ExampleEncoder<ShopRow>(Schema, (in ShopRow row, ExampleWriter writer) =>
        {
            writer.Id(User, row.User).Id(Item, row.Item).Label(Click, row.HasClicked).At(At.Seconds((uint)row.Second));
            if (row.HasBought is { } bought) writer.Label(Purchase, bought).Delay(Purchase, row.Delay);
        });
        return ExampleSource.From(Rows, encoder, batchSize);
    }

    public EmbeddingTableSet CreateTables() => new(Schema, new() { Seed = 3, MemoryLimitBytes = 1 << 24 });

    /// <summary>All weights of all ids, as bits.</summary>
    public static uint[] RowsOf(EmbeddingTableSet tables)
    {
        long[] ids = [.. Enumerable.Range(0, Users).Select(id => (long)id)];
        return [.. tables.Tables.SelectMany(table =>
        {
            var weights = new float[ids.Length * table.Dimension];
            table.Lookup(ids, weights);
            return Bits.Of(weights);
        })];
    }

    private IEnumerable<ShopRow> Rows()
    {
        var random = new Random(7);
        for (var i = 0; i < _rows; i++)
        {
            var (user, item) = (random.Next(Users), random.Next(Items));
            var (clicked, bought) = (Comes(random, -1, _clicks, user, item), Comes(random, -2, _purchases, user, item));
            var delay = TimeSpan.FromHours(bought ? -Math.Log(1 - random.NextDouble()) : 3);
            yield return new ShopRow(user, item, clicked, i % 3 == 0 ? bought : null, delay, i);
        }
    }

    private static bool Comes(Random random, double bias, double[] likings, int user, int item) =>
        random.NextDouble() < Logistic.Sigmoid(bias + likings[user] + likings[Users + item]);

    private static double[] Likings(Random random) =>
        [.. Enumerable.Range(0, Users + Items).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
            * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
