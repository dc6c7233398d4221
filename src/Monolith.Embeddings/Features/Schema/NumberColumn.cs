using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// A raw column: one number a row, as the application has it, or none. The model does not see it; buckets, crosses and dense features are
/// derived from it. Made by <see cref="FeatureSchemaBuilder.Number"/>. Immutable; thread-safe.
/// </summary>
/// <example>
/// <code>
/// var f = new FeatureSchemaBuilder();
/// foreach (var table in (string[])["users", "hours", "buckets", "crosses"])
///     f.Table(table, r =&gt; r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
/// var (user, hour) = (f.Slot("user", "users"), f.Slot("hour", "hours"));
/// var (price, age) = (f.Number("price"), f.Number("age"));
/// // Derived by the library, in training and in requests alike:
/// f.Cross("user_hour", "crosses", user, hour);
/// f.Buckets("price_bucket", "buckets", price, BucketBounds.Quantiles(buckets: 20, learnFrom: 100_000));
/// f.Buckets("age_bucket", "buckets", age, BucketBounds.At(18, 25, 35, 50, 65));
/// f.Normalized("price_norm", price);
/// var click = f.Task("click");
/// // An encoder writes slots and raw columns, and leaves out what is not known.
/// // public record struct Offer(long User, DateTimeOffset Time, float Price, int? Age, bool Clicked);
/// var encoder = new ExampleEncoder&lt;Offer&gt;(f.Build(), (in Offer offer, ExampleWriter writer) =&gt;
/// {
///     writer.Id(user, offer.User).Id(hour, offer.Time.Hour).Number(price, offer.Price).Label(click, offer.Clicked);
///     if (offer.Age is { } years) writer.Number(age, years);
/// });
/// </code>
/// </example>
[DebuggerDisplay("{Name}")]
public sealed class NumberColumn
{
    internal NumberColumn(int index, string name) => (Index, Name) = (index, name);

    /// <summary>The position in <see cref="FeatureSchema.Numbers"/>.</summary>
    public int Index { get; }

    /// <summary>The name, unique among the raw columns of the schema.</summary>
    public string Name { get; }

    /// <summary>Whether another column is the same, in a schema like this one's.</summary>
    internal bool Matches(NumberColumn other) => ReferenceEquals(this, other) || (Index == other.Index && Name == other.Name);
}
