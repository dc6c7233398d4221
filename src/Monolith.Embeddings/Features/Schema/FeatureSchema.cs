using System.Diagnostics;
using Monolith.Embeddings.Features.Schema;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Features;

/// <summary>
/// What an example consists of: slots of ids and the tables that hold their rows, tasks to predict, dense features. Made by
/// <see cref="FeatureSchemaBuilder"/>. Immutable once built; thread-safe.
/// </summary>
[DebuggerDisplay("{Slots.Count} slots, {Tables.Count} tables, {Tasks.Count} tasks, {DenseWidth} dense")]
public sealed class FeatureSchema : TableSchema
{
    /// <summary>The largest number of dense features: 65,536.</summary>
    public const int MaxDenseWidth = 65536;

    /// <summary>
    /// The largest number of rows that a slot with <see cref="Pooling.FirstN"/> lays side by side, and of steps of one with <see
    /// cref="Pooling.None"/>: 4,096.
    /// </summary>
    public const int MaxFirstN = 4096;

    internal FeatureSchema(List<EmbeddingTableOptions> tables, List<FeatureSlot> slots, List<LabelTask> tasks, int denseWidth)
        : base([.. tables])
    {
        Slots = [.. slots];
        Tasks = [.. tasks];
        DenseWidth = denseWidth;
        Layout = new FeatureLayout(this);
        Fingerprint = SchemaFingerprint.Of(this);
    }

    /// <summary>The inputs made of ids.</summary>
    public IReadOnlyList<FeatureSlot> Slots { get; }

    /// <summary>The things to predict; none for lookups alone.</summary>
    public IReadOnlyList<LabelTask> Tasks { get; }

    /// <summary>How many dense values each row has.</summary>
    public int DenseWidth { get; }

    /// <summary>How the model's input is laid out.</summary>
    public FeatureLayout Layout { get; }

    /// <summary>
    /// 64 bits over everything that decides the shape and meaning of rows and inputs: tables, segments, optimizers, slots, poolings, tasks,
    /// dense width. Files carry it, and a mismatch is refused.
    /// </summary>
    public override ulong Fingerprint { get; }

    internal override List<SchemaPart> Describe()
    {
        var parts = base.Describe();
        foreach (var slot in Slots)
        {
            var most = slot.Pooling is Pooling.FirstN or Pooling.None ? $" of {slot.MaxIds}" : "";
            parts.Add(SchemaPart.Of($"slot '{slot.Name}'", $"table '{slot.TableName}', {slot.Pooling}{most}"));
        }
        parts.Add(SchemaPart.Of("order of slots", string.Join(", ", Slots.Select(slot => slot.Name))));
        parts.Add(SchemaPart.Of("tasks", string.Join(", ", Tasks.Select(task => task.Name))));
        parts.Add(SchemaPart.Of("dense features", $"{DenseWidth}"));
        return parts;
    }

    /// <summary>Refuses slots that are not pooled, where no code can read them.</summary>
    /// <param name="reader">Who cannot.</param>
    /// <exception cref="NotSupportedException">There are such slots; the message names them.</exception>
    internal void RequirePooled(string reader)
    {
        if (Layout.Sequences.Count == 0) return;
        var names = string.Join(", ", Layout.Sequences.Select(s => $"'{s.Slot.Name}'").Distinct());
        throw new NotSupportedException(
            $"{reader} reads pooled slots only, but the schema has sequences: {names}. "
            + $"Give them a pooling, such as Pooling.{nameof(Pooling.FirstN)}.");
    }

    internal void RequireOwn(FeatureSlot slot)
    {
        if ((uint)slot.Index >= (uint)Slots.Count || !ReferenceEquals(Slots[slot.Index], slot))
            throw new ArgumentException($"Slot '{slot.Name}' belongs to another schema.", nameof(slot));
    }

    internal void RequireOwn(LabelTask task)
    {
        if ((uint)task.Index >= (uint)Tasks.Count || !ReferenceEquals(Tasks[task.Index], task))
            throw new ArgumentException($"Task '{task.Name}' belongs to another schema.", nameof(task));
    }
}
