namespace Monolith.Embeddings.Features.Schema;

/// <summary>An id for each bucket of a raw column.</summary>
internal sealed class BucketSource(NumberColumn column, BucketBounds bounds) : SlotSource(["buckets", column.Name, .. bounds.Facts])
{
    public NumberColumn Column => column;

    public BucketBounds Bounds => bounds;

    public override string Description => $"buckets of '{column.Name}', {bounds.Description}";

    public override bool IsMadeOf(ReadOnlySpan<bool> slots, ReadOnlySpan<bool> numbers) => numbers[column.Index];
}
