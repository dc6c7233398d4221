using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Ranks the item of each positive example among all items, before the example is learned from. For models whose logit is a dot product
/// with the item's row: <see cref="Models.FactorizationMachine"/> and <see cref="Models.LogisticRegression"/>, over an <see
/// cref="Tables.EmbeddingTableSet"/>.
/// </summary>
/// <remarks>
/// <para>
/// Positive is an example whose label of the reported task is above 0.5; others, such as sampled negatives, and late ones are not ranked.
/// Candidates are all ids that have a row in the item's table before the batch is learned from. Each id in the item's slot is an event; its
/// rank is 1 and one more for each candidate with a larger score, or an equal score and a lower id. An item without a row is a miss at the
/// end of the list, and counted apart (<see cref="RankingSummary.ColdEvents"/>).
/// </para>
/// <para>
/// Nothing is sorted, but each event is scored against every item: 100,000 items take about half a millisecond an event. With
/// <see cref="EveryNth"/> a share is ranked.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var options = new OnlineTrainerOptions { Ranking = new() { Item = "item", User = "user", K = [1, 20] } };
/// var progress = new Progress&lt;TrainingProgress&gt;(report =>
///     Console.WriteLine($"recall@20 {report.RankingWindow!.At[^1].Recall:F3} of {report.RankingWindow.Events} events"));
/// </code>
/// </example>
public sealed class RankingMetricsOptions : IValidatedOptions
{
    /// <summary>The name of the slot whose ids are ranked. Required.</summary>
    public string Item { get; set; } = "";

    /// <summary>
    /// The names of the other slots that the item decides: its category, its brand. All items are scored without them, as a search of a
    /// replica does: those of the event's item would tell the answer. Default none.
    /// </summary>
    public IList<string> ItemSlots { get; set; } = [];

    /// <summary>The dense features that the item decides, by their numbers from 0; as <see cref="ItemSlots"/>. Default none.</summary>
    public IList<int> ItemDense { get; set; } = [];

    /// <summary>
    /// The names of the raw columns that the item decides; as <see cref="ItemSlots"/>. What is derived from them, or from slots of the
    /// item, is absent too. Default none.
    /// </summary>
    public IList<string> ItemNumbers { get; set; } = [];

    /// <summary>
    /// The name of the slot of the user, whose first id says whose seen items are left out of the candidates. Null, the default: none are.
    /// The event's own item is never left out.
    /// </summary>
    public string? User { get; set; }

    /// <summary>How many places count, each at least 1. Default 20.</summary>
    public IList<int> K { get; set; } = [20];

    /// <summary>Of how many positive events one is ranked, at least 1: the first, and each n-th after it. Default 1: all.</summary>
    public int EveryNth { get; set; } = 1;

    /// <summary>How many of the last distinct items of a user count as seen: 1 to 10,000. Default 100. Not saved in commits.</summary>
    public int SeenPerUser { get; set; } = 100;

    /// <summary>
    /// For how many users seen items are kept, at least 1; those seen longest ago go. Default 100,000, which with 100 items each takes up
    /// to 80 MB. Times <see cref="SeenPerUser"/> at most 1,000,000,000.
    /// </summary>
    public int MaxUsers { get; set; } = 100_000;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(!string.IsNullOrEmpty(Item), nameof(Item), "is empty, but the slot whose ids are ranked must be named.");
        errors.Require(ItemSlots is not null && !ItemSlots.Any(string.IsNullOrEmpty), nameof(ItemSlots),
            "is null or holds an empty name; leave it empty where the item decides no other slot.");
        errors.Require(ItemSlots is null || User is null || !ItemSlots.Contains(User), nameof(ItemSlots),
            $"names '{User}', which is the slot of the user.");
        errors.Require(ItemDense is not null && ItemDense.All(column => column >= 0), nameof(ItemDense),
            "is null or holds a number below 0; leave it empty where the item decides no dense feature.");
        errors.Require(ItemNumbers is not null && !ItemNumbers.Any(string.IsNullOrEmpty), nameof(ItemNumbers),
            "is null or holds an empty name; leave it empty where the item decides no raw column.");
        errors.Require(User != "", nameof(User), "is empty: name a slot, or leave it null.");
        if (K is not { Count: > 0 }) errors.Add(nameof(K), "is empty, but at least one number of places is needed.");
        else foreach (var k in K.Where(k => k < 1)) errors.Add(nameof(K), $"holds {k}, but each number of places is at least 1.");
        errors.InRange(nameof(EveryNth), EveryNth, 1, int.MaxValue);
        errors.InRange(nameof(SeenPerUser), SeenPerUser, 1, 10_000);
        errors.InRange(nameof(MaxUsers), MaxUsers, 1, 1_000_000_000 / Math.Clamp(SeenPerUser, 1, 10_000));
    }

    internal RankingMetricsOptions Copy()
    {
        var copy = (RankingMetricsOptions)MemberwiseClone();
        (copy.K, copy.ItemSlots, copy.ItemDense, copy.ItemNumbers) = ([.. K], [.. ItemSlots], [.. ItemDense], [.. ItemNumbers]);
        return copy;
    }
}
