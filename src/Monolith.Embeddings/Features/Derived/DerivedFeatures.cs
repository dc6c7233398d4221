using System.Diagnostics;
using Monolith.Embeddings.Features.Derived;
using Monolith.Embeddings.Features.Schema;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Derives what a schema says that is derived, and holds what that has learned: bounds of quantiles, and moments. It belongs to a model
/// (<see cref="Models.OnlineModel.DerivedFeatures"/>), and is saved, served and restored with its weights.
/// </summary>
/// <remarks>
/// A trainer learns from each batch after it was trained, in the order of the stream. Not thread-safe; <see cref="Derive"/> alone may be
/// called for other batches on other threads, also while one learns.
/// </remarks>
[DebuggerDisplay("{_slots.Length} slots, {_dense.Length} dense features")]
public sealed class DerivedFeatures
{
    private const int Version = 2;

    private readonly SlotDeriver[] _slots;
    private readonly DenseDeriver[] _dense;
    private readonly QuantileLearner[] _quantiles;
    private LearnedBounds _bounds;

    /// <summary>Creates one that has learned nothing.</summary>
    /// <param name="schema">The schema of the batches.</param>
    public DerivedFeatures(FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _slots = [.. schema.Slots.Where(slot => slot.IsDerived).Select(SlotDeriver.Of)];
        _dense = [.. schema.DerivedDense.Select(feature => new DenseDeriver(feature))];
        _quantiles = [.. schema.Slots.Where(IsLearned).Select(slot => new QuantileLearner(slot))];
        _bounds = new LearnedBounds(new float[schema.Slots.Count][]);
        HasLearned = _quantiles.Length > 0 || Array.Exists(_dense, dense => dense.Moments is not null);
    }

    /// <summary>What says what is derived.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>The bounds that are known; another object where more of them become known.</summary>
    internal LearnedBounds Bounds => Volatile.Read(ref _bounds);

    /// <summary>Whether anything of it is learned on the stream.</summary>
    internal bool HasLearned { get; }

    /// <summary>
    /// The bounds of a slot that the library fills with buckets, ascending, whether they are given or were learned; empty where they are
    /// not known yet.
    /// </summary>
    /// <param name="slot">A slot of the schema that <see cref="FeatureSchemaBuilder.Buckets"/> added.</param>
    /// <exception cref="ArgumentException">It is not such a slot.</exception>
    public ReadOnlySpan<float> BoundsOf(FeatureSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Schema.RequireOwn(slot);
        if (slot.Source is not BucketSource { Bounds: var bounds })
            throw new ArgumentException($"Slot '{slot.Name}' has no buckets.", nameof(slot));
        return bounds.AreLearned ? Volatile.Read(ref _bounds).Of(slot) : bounds.Given;
    }

    /// <summary>The mean and the deviation by which a dense feature is normalised: 0 and 0 before anything was learned.</summary>
    /// <param name="name">The name of a feature that <see cref="FeatureSchemaBuilder.Normalized"/> added.</param>
    /// <exception cref="ArgumentException">There is no such feature.</exception>
    public (double Mean, double Deviation) MomentsOf(string name) =>
        Array.Find(_dense, dense => dense.Feature.Name == name) is { Moments: { } moments }
            ? (moments.Mean, moments.Deviation)
            : throw new ArgumentException($"The schema has no normalised feature '{name}'.", nameof(name));

    /// <summary>
    /// Fills the derived slots of a batch, unless they are filled by the same bounds already. Every look-up calls it first; call it to see
    /// them before.
    /// </summary>
    /// <param name="batch">A batch of the schema, or of one like it. One thread's at a time.</param>
    /// <returns>Whether there was something to fill.</returns>
    /// <exception cref="ArgumentException">The batch is of another schema.</exception>
    public bool Derive(FeatureBatch batch)
    {
        RequireOwn(batch);
        var bounds = Volatile.Read(ref _bounds);
        if (_slots.Length == 0 || batch.IsDerivedBy(bounds)) return false;
        var absent = batch.AbsentSlots;
        foreach (var deriver in _slots)
        {
            var column = batch.BeginDerived(deriver.Slot);
            if (absent.IsEmpty || !absent[deriver.Slot.Index]) deriver.Derive(batch, column, bounds);
            else
            {
                for (var row = 0; row < batch.Rows; row++) column.CloseRow();
            }
        }
        batch.EndDerived(bounds);
        return true;
    }

    /// <summary>Learns from a batch, after the model has learned from it.</summary>
    /// <param name="batch">A batch of the schema, or of one like it.</param>
    /// <exception cref="ArgumentException">The batch is of another schema.</exception>
    public void Learn(FeatureBatch batch)
    {
        RequireOwn(batch);
        if (!HasLearned) return;
        foreach (var quantiles in _quantiles)
        {
            if (quantiles.Learn(batch) is { } bounds) Volatile.Write(ref _bounds, _bounds.With(quantiles.Slot, bounds));
        }
        var numbers = batch.Numbers;
        var width = Schema.Numbers.Count;
        foreach (var dense in _dense)
        {
            if (dense.Moments is not { } moments) continue;
            for (var at = dense.Feature.Source.Index; at < numbers.Length; at += width) moments.Add(numbers[at]);
        }
    }

    /// <summary>Writes the dense features of some rows of a batch, derived ones behind those that were written.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="first">The first row.</param>
    /// <param name="dense">Receives them, [rows, dense width of the model's input].</param>
    internal void FillDense(FeatureBatch batch, int first, Span<float> dense)
    {
        var (written, width, numbers) = (Schema.DenseWidth, Schema.Layout.DenseWidth, Schema.Numbers.Count);
        var rows = dense.Length / width;
        var values = batch.Dense.Slice(first * written, rows * written);
        for (var row = 0; row < rows; row++) values.Slice(row * written, written).CopyTo(dense[(row * width)..]);
        foreach (var deriver in _dense) deriver.Write(batch.Numbers.Slice(first * numbers, rows * numbers), numbers, dense, width);
    }

    /// <summary>What was learned, as bytes.</summary>
    internal byte[] Save()
    {
        var fields = new FieldWriter();
        fields.Int32(Version);
        foreach (var quantiles in _quantiles) quantiles.Save(fields, _bounds.Of(quantiles.Slot));
        foreach (var dense in _dense) dense.Moments?.Save(fields);
        return fields.Written.ToArray();
    }

    /// <summary>Takes what <see cref="Save"/> gave, by one that has learned nothing.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    internal void Load(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var fields = new FieldReader(bytes);
            var version = fields.Int32();
            if (version != Version) throw new FormatException($"It is of version {version}; known is {Version}.");
            foreach (var quantiles in _quantiles)
            {
                if (quantiles.Load(ref fields) is { } bounds) _bounds = _bounds.With(quantiles.Slot, bounds);
            }
            foreach (var dense in _dense) dense.Moments?.Load(ref fields);
            fields.End();
        }
        catch (FormatException cause)
        {
            throw new InvalidDataException($"What derived features have learned cannot be read. {cause.Message}", cause);
        }
    }

    /// <summary>Takes what another one has learned of what both derive in the same way.</summary>
    /// <param name="other">Of another schema.</param>
    /// <param name="names">For the name of a slot, what the other schema calls it.</param>
    /// <returns>Of each slot and dense feature of this schema that is learned, its name, and whether it was taken.</returns>
    internal IReadOnlyList<(string Name, bool IsTaken)> TakeFrom(DerivedFeatures? other, Func<string, string> names)
    {
        var taken = new List<(string, bool)>();
        foreach (var quantiles in _quantiles)
        {
            var found = Array.Find(other?._quantiles ?? [], q => q.Slot.Name == names(quantiles.Slot.Name));
            var isSame = found is not null && found.Slot.Source!.Matches(quantiles.Slot.Source);
            taken.Add(($"slot '{quantiles.Slot.Name}'", isSame));
            if (!isSame) continue;
            var fields = new FieldWriter();
            found!.Save(fields, other!._bounds.Of(found.Slot));
            var reader = new FieldReader(fields.Written);
            if (quantiles.Load(ref reader) is { } bounds) _bounds = _bounds.With(quantiles.Slot, bounds);
        }
        foreach (var dense in _dense.Where(dense => dense.Moments is not null))
        {
            var found = Array.Find(other?._dense ?? [], d => d.Feature.Facts.SequenceEqual(dense.Feature.Facts));
            taken.Add(($"dense feature '{dense.Feature.Name}'", found is not null));
            if (found is null) continue;
            var fields = new FieldWriter();
            found.Moments!.Save(fields);
            var reader = new FieldReader(fields.Written);
            dense.Moments!.Load(ref reader);
        }
        return taken;
    }

    private static bool IsLearned(FeatureSlot slot) => slot.Source is BucketSource { Bounds.AreLearned: true };

    private void RequireOwn(FeatureBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Schema.Matches(batch.Schema)) return;
        throw new ArgumentException(
            $"The batch is of another schema: {batch.Schema.DifferencesFrom("the batch's", Schema, "this one")}.", nameof(batch));
    }
}
