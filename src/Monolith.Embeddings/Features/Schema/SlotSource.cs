using System.Globalization;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Features.Schema;

/// <summary>What a derived slot is made of. Immutable.</summary>
/// <param name="facts">What of it a fingerprint knows.</param>
internal abstract class SlotSource(object[] facts)
{
    private readonly ulong _identity =
        TextHash.Of(string.Join('\n', facts.Select(fact => string.Create(CultureInfo.InvariantCulture, $"{fact}"))));

    /// <summary>What of it a fingerprint knows.</summary>
    public object[] Facts => facts;

    /// <summary>What a message says of it.</summary>
    public abstract string Description { get; }

    /// <summary>Whether it is made of one of some slots or raw columns, each by its place.</summary>
    public abstract bool IsMadeOf(ReadOnlySpan<bool> slots, ReadOnlySpan<bool> numbers);

    /// <summary>Whether another one is made in the same way. Asked in every batch: hashes are compared.</summary>
    public bool Matches(SlotSource? other) => other is not null && _identity == other._identity;
}
