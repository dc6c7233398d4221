using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features.Schema;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Features;

/// <summary>
/// What an example consists of: slots of ids and the tables that hold their rows, tasks to predict, dense features. Made by
/// <see cref="FeatureSchemaBuilder"/>. Immutable once built; thread-safe.
/// </summary>
[DebuggerDisplay("{Slots.Count} slots, {Tables.Count} tables, {Tasks.Count} tasks, {DenseWidth} dense")]
public sealed partial class FeatureSchema : TableSchema
{
    /// <summary>The largest number of dense features: 65,536.</summary>
    public const int MaxDenseWidth = 65536;

    /// <summary>
    /// The largest number of rows that a slot with <see cref="Pooling.FirstN"/> lays side by side, and of steps of one with <see
    /// cref="Pooling.None"/>: 4,096.
    /// </summary>
    public const int MaxFirstN = 4096;

    /// <summary>The largest number of dense values that a step of a sequence has: 256.</summary>
    public const int MaxStepValues = 256;

    /// <summary>The largest number of raw columns: 65,536.</summary>
    public const int MaxNumbers = 65536;

    internal FeatureSchema(
        List<EmbeddingTableOptions> tables, List<FeatureSlot> slots, List<LabelTask> tasks, int denseWidth, List<NumberColumn> numbers,
        List<DerivedDense> derivedDense)
        : base([.. tables])
    {
        Slots = [.. slots];
        Tasks = [.. tasks];
        Numbers = [.. numbers];
        DenseWidth = denseWidth;
        DerivedDense = [.. derivedDense.Select((derived, i) => derived.At(denseWidth + i))];
        WrittenSlots = [.. slots.Where(slot => !slot.IsDerived)];
        HasDerived = DerivedDense.Count > 0 || WrittenSlots.Count < Slots.Count;
        Layout = new FeatureLayout(this);
        Fingerprint = SchemaFingerprint.Of(this);
    }

    /// <summary>The inputs made of ids.</summary>
    public IReadOnlyList<FeatureSlot> Slots { get; }

    /// <summary>The things to predict; none for lookups alone.</summary>
    public IReadOnlyList<LabelTask> Tasks { get; }

    /// <summary>How many dense values encoders write for each row; the model's input may have more (<see cref="DerivedDense"/>).</summary>
    public int DenseWidth { get; }

    /// <summary>The raw columns, of which features are derived; none in most schemas.</summary>
    public IReadOnlyList<NumberColumn> Numbers { get; }

    /// <summary>How the model's input is laid out.</summary>
    public FeatureLayout Layout { get; }

    /// <summary>
    /// 64 bits over everything that decides the shape and meaning of rows and inputs: tables, segments, optimizers, slots, poolings,
    /// lengths, orders and step values of sequences, which slots are born from others, tasks and their corrections, dense width, raw
    /// columns and what is derived. Files carry it, and a mismatch is refused.
    /// </summary>
    public override ulong Fingerprint { get; }

    /// <summary>
    /// Whether another schema is made of the same content, so that one stands for the other: batches, slots and tasks of either fit tables,
    /// models and requests of both. Compares fingerprints; false for null.
    /// </summary>
    /// <param name="other">Another schema.</param>
    public bool Matches(FeatureSchema? other) => ReferenceEquals(this, other) || (other is not null && Fingerprint == other.Fingerprint);

    internal override List<SchemaPart> Describe()
    {
        var parts = base.Describe();
        foreach (var slot in Slots)
        {
            var parent = slot.BornFrom is { } from ? $", born from '{from.Name}'" : "";
            parts.Add(SchemaPart.Of($"slot '{slot.Name}'", $"table '{slot.TableName}', {slot.Shape}{parent}"));
        }
        parts.Add(SchemaPart.Of("order of slots", string.Join(", ", Slots.Select(slot => slot.Name))));
        parts.Add(SchemaPart.Of("tasks", string.Join(", ", Tasks.Select(task => task.Description))));
        parts.Add(SchemaPart.Of("dense features", $"{DenseWidth}"));
        foreach (var derived in DerivedDense) parts.Add(SchemaPart.Of($"dense feature '{derived.Name}'", derived.Description));
        if (Numbers.Count > 0) parts.Add(SchemaPart.Of("raw columns", string.Join(", ", Numbers.Select(number => number.Name))));
        return parts;
    }

    /// <summary>Refuses slots that are not pooled, where no code can read them.</summary>
    /// <param name="reader">The reader that cannot.</param>
    /// <exception cref="NotSupportedException">There are such slots; the message names them.</exception>
    internal void RequirePooled(string reader)
    {
        if (Layout.Sequences.Count == 0) return;
        var names = string.Join(", ", Layout.Sequences.Select(s => $"'{s.Slot.Name}'").Distinct());
        throw new NotSupportedException(
            $"{reader} reads pooled slots only, but the schema has sequences: {names}. "
            + $"Give them a pooling, such as Pooling.{nameof(Pooling.FirstN)}.");
    }

    /// <summary>What differs from another schema, for messages.</summary>
    /// <param name="ofThis">Whose this one is, such as <c>the model's</c>.</param>
    /// <param name="other">The other one.</param>
    /// <param name="ofOther">Whose the other one is.</param>
    internal string DifferencesFrom(string ofThis, TableSchema other, string ofOther) =>
        SchemaDifferences.Between(this, ofThis, other, ofOther);

    /// <exception cref="ArgumentException">
    /// The slot is not one of this schema, nor of one like it; the message says what differs.
    /// </exception>
    internal void RequireOwn(FeatureSlot slot)
    {
        if (!Owns(slot)) ThrowForeign(slot);
    }

    /// <exception cref="ArgumentException">
    /// The task is not one of this schema, nor of one like it; the message says what differs.
    /// </exception>
    internal void RequireOwn(LabelTask task)
    {
        if (!Owns(task)) ThrowForeign(task);
    }

    /// <exception cref="ArgumentException">The column is not one of this schema, nor of one like it.</exception>
    internal void RequireOwn(NumberColumn column)
    {
        if (Owns(column)) return;
        throw new ArgumentException(
            $"The raw column '{column.Name}' belongs to another schema, where it stands at place {column.Index}. Those of this one are: "
            + $"{string.Join(", ", Numbers.Select(number => $"'{number.Name}'").DefaultIfEmpty("none"))}.", nameof(column));
    }

    /// <summary>Whether a raw column is one of this schema, or of one like it.</summary>
    internal bool Owns(NumberColumn column) => (uint)column.Index < (uint)Numbers.Count && Numbers[column.Index].Matches(column);

    /// <summary>Whether a slot is one of this schema, or of one like it.</summary>
    internal bool Owns(FeatureSlot slot) => (uint)slot.Index < (uint)Slots.Count && Slots[slot.Index].Matches(slot);

    /// <summary>Whether a task is one of this schema, or of one like it.</summary>
    internal bool Owns(LabelTask task) => (uint)task.Index < (uint)Tasks.Count && Tasks[task.Index].Matches(task);

    // By themselves: what a message needs would be allocated for each id that is written.
    [DoesNotReturn]
    private void ThrowForeign(FeatureSlot slot)
    {
        var same = Slots.FirstOrDefault(s => s.Name == slot.Name);
        throw new ArgumentException(
            $"Slot '{slot.Name}' belongs to another schema. " + (same is null
                ? $"This one has no slot of that name, but {string.Join(", ", Slots.Select(s => $"'{s.Name}'"))}."
                : $"There it is {slot.Description}; here it is {same.Description}."), nameof(slot));
    }

    [DoesNotReturn]
    private void ThrowForeign(LabelTask task) => throw new ArgumentException(
        $"Task '{task.Name}' belongs to another schema, where it stands at place {task.Index}. The tasks of this one are: "
        + $"{string.Join(", ", Tasks.Select(t => $"'{t.Name}'").DefaultIfEmpty("none"))}.", nameof(task));
}
