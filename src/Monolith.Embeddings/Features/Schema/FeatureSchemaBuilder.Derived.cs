using Monolith.Embeddings.Features.Schema;

namespace Monolith.Embeddings.Features;

public sealed partial class FeatureSchemaBuilder
{
    private readonly List<DerivedDense> _derived = [];

    /// <summary>
    /// Adds a slot that the library fills with an id for each combination of ids of other slots: hour and country, user and category. The
    /// id is a hash of all parts and of the slot's name. A part without ids counts as missing, which is an id of its own.
    /// </summary>
    /// <param name="name">Unique in the schema.</param>
    /// <param name="table">The name of a table that was added before, whose ids do not carry slots.</param>
    /// <param name="parts">2 to 4 different slots of this schema, in this order. They may be derived themselves, such as buckets.</param>
    /// <returns>The slot. Nothing writes to it.</returns>
    public FeatureSlot Cross(string name, string table, params ReadOnlySpan<FeatureSlot> parts) =>
        Cross(name, table, Pooling.Sum, FeatureSchema.MaxCrossIds, parts);

    /// <inheritdoc cref="Cross(string, string, ReadOnlySpan{FeatureSlot})" path="/summary" />
    /// <param name="name">Unique in the schema.</param>
    /// <param name="table">The name of a table that was added before, whose ids do not carry slots.</param>
    /// <param name="pooling">How the rows of several combinations become one input; not <see cref="Pooling.None"/>.</param>
    /// <param name="maxIds">
    /// Of slots with several ids an example has each combination, at most this many, 1 to <see cref="FeatureSchema.MaxCrossIds"/>:
    /// the first ones, where the ids of the last part change first. A combination weighs the product of its ids' weights.
    /// </param>
    /// <param name="parts">2 to 4 different slots of this schema, in this order. They may be derived themselves, such as buckets.</param>
    /// <returns>The slot. Nothing writes to it.</returns>
    public FeatureSlot Cross(string name, string table, Pooling pooling, int maxIds, params ReadOnlySpan<FeatureSlot> parts)
    {
        var path = $"Slots['{name}']";
        _errors.Require(parts.Length is >= CrossSource.FewestParts and <= CrossSource.MostParts, path,
            $"is a cross of {parts.Length} slots; {CrossSource.FewestParts} to {CrossSource.MostParts} are allowed.");
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
            _errors.Require(!parts[..i].Contains(part), path, $"is a cross of '{part.Name}' twice; its parts are different slots.");
            _errors.Require((uint)part.Index < (uint)_slots.Count && ReferenceEquals(_slots[part.Index], part), path,
                $"is a cross of '{part.Name}', which is no slot of this schema.");
        }
        _errors.Require(maxIds <= FeatureSchema.MaxCrossIds, path,
            $"maxIds is {maxIds}; a cross has at most {FeatureSchema.MaxCrossIds} ids.");
        return AddDerived(name, table, pooling, maxIds, new CrossSource(parts.ToArray()));
    }

    /// <summary>
    /// Adds a slot that the library fills with an id for the bucket in which the value of a raw column lies. A missing value has an id of
    /// its own, and so has every value before bounds were learned.
    /// </summary>
    /// <param name="name">
    /// Unique in the schema. Ids are a hash of it, of the column's name and of the two bounds of a bucket, so that slots may share a table,
    /// and a bucket keeps its row where other bounds change.
    /// </param>
    /// <param name="table">The name of a table that was added before, whose ids do not carry slots.</param>
    /// <param name="column">A raw column of this schema.</param>
    /// <param name="bounds">Where buckets end.</param>
    /// <returns>The slot. Nothing writes to it.</returns>
    public FeatureSlot Buckets(string name, string table, NumberColumn column, BucketBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        var path = $"Slots['{name}']";
        RequireColumn(path, column);
        bounds.CollectErrors(_errors, path);
        return AddDerived(name, table, Pooling.Sum, 1, new BucketSource(column, bounds));
    }

    /// <summary>
    /// Adds a dense feature: sign(x) ln(1 + |x|) of a raw column, 0 where it is missing. An infinite value counts as the largest float with
    /// its sign: 88.72 or -88.72.
    /// </summary>
    /// <param name="name">Unique among derived dense features.</param>
    /// <param name="column">A raw column of this schema.</param>
    public void SignedLog(string name, NumberColumn column) => AddDerived(name, DerivedDenseKind.SignedLog, column, null);

    /// <summary>
    /// Adds a dense feature: (x - mean) / deviation of a raw column, with the moments of the values that were learned from before; 0, the
    /// mean, where it is missing. In the moments a value counts as at most max(5, sqrt(n) / 10) deviations from the mean of the n values
    /// before it, so that one absurd value costs itself alone; infinite ones do not count.
    /// </summary>
    /// <param name="name">Unique among derived dense features.</param>
    /// <param name="column">A raw column of this schema.</param>
    /// <param name="options">How moments are kept and what is cut off; the defaults where null. Copied.</param>
    public void Normalized(string name, NumberColumn column, NormalizationOptions? options = null)
    {
        options = options?.Copy() ?? new NormalizationOptions();
        _errors.Nested($"DerivedDense['{name}']", options);
        AddDerived(name, DerivedDenseKind.Normalized, column, options);
    }

    /// <summary>Adds a dense feature: 1 where a raw column is missing, else 0.</summary>
    /// <param name="name">Unique among derived dense features.</param>
    /// <param name="column">A raw column of this schema.</param>
    public void IsMissing(string name, NumberColumn column) => AddDerived(name, DerivedDenseKind.IsMissing, column, null);

    private FeatureSlot AddDerived(string name, string table, Pooling pooling, int maxIds, SlotSource source)
    {
        var path = $"Slots['{name}']";
        var options = _tables.Find(t => t.Name == table);
        _errors.Require(options is not { IdsCarrySlots: true }, path,
            $"is derived, and the ids of its table '{table}' carry slots: hashes do not. Give it a table of plain ids.");
        _errors.Require(pooling != Pooling.None, path, "is derived, and has no order of steps: give it a pooling.");
        return AddSlot(name, table, pooling, maxIds, SequenceOrder.NewestFirst, [], source: source);
    }

    private void AddDerived(string name, DerivedDenseKind kind, NumberColumn column, NormalizationOptions? options)
    {
        var path = $"DerivedDense['{name}']";
        RequireColumn(path, column);
        _errors.Require(!string.IsNullOrWhiteSpace(name), path, "is empty; a derived dense feature needs a name.");
        _errors.Require(_derived.TrueForAll(other => other.Name != name), path, "is added twice; names are unique in a schema.");
        _derived.Add(new DerivedDense(name, kind, column, options));
    }

    private void RequireColumn(string path, NumberColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        _errors.Require((uint)column.Index < (uint)_numbers.Count && ReferenceEquals(_numbers[column.Index], column), path,
            $"is derived from '{column.Name}', which is no raw column of this schema.");
    }
}
