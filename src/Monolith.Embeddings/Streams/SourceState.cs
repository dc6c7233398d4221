namespace Monolith.Embeddings.Streams;

/// <summary>
/// What a source needs beside a position to go on there: small sections that are written whole with each commit, and segments that are
/// written once and live until a state no longer keeps them. Not thread-safe.
/// </summary>
/// <remarks>
/// A source says with each state all that is to live: a segment that a state does not keep is deleted once the commit is durable and no
/// other commit that stays holds it.
/// </remarks>
public sealed class SourceState
{
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _sections = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SourceSegment> _segments = new(StringComparer.Ordinal);

    /// <summary>The sections, bytes by name, in ordinal order.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections => _sections;

    /// <summary>The segments, in ordinal order of their names.</summary>
    public IReadOnlyCollection<SourceSegment> Segments => _segments.Values;

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => _sections.Count + _segments.Count == 0;

    /// <summary>Adds a section.</summary>
    /// <param name="name">Its name: 1 to 200 bytes in UTF-8, without a slash.</param>
    /// <param name="bytes">Its bytes; not changed afterwards.</param>
    /// <exception cref="ArgumentException">The name cannot be used, or is taken.</exception>
    public void Add(string name, ReadOnlyMemory<byte> bytes)
    {
        SourceStateNames.Require(name);
        if (!_sections.TryAdd(name, bytes)) throw new ArgumentException($"There is a section '{name}' already.", nameof(name));
    }

    /// <summary>Says that a segment is to live.</summary>
    /// <param name="segment">The segment: one that a state was restored with, or a new one.</param>
    /// <exception cref="ArgumentException">Its name is taken.</exception>
    public void Keep(SourceSegment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (!_segments.TryAdd(segment.Name, segment))
            throw new ArgumentException($"There is a segment '{segment.Name}' already.", nameof(segment));
    }

    /// <summary>
    /// A copy in memory, whose segments are saved: what a source finds that is restored. For tests of sources, and for those who keep
    /// states elsewhere than in commits.
    /// </summary>
    /// <param name="cancellationToken">Cancels the writing of segments.</param>
    public async Task<SourceState> CopyAsync(CancellationToken cancellationToken = default)
    {
        var copy = new SourceState();
        foreach (var (name, bytes) in _sections) copy.Add(name, bytes.ToArray());
        foreach (var segment in _segments.Values) copy.Keep(await segment.CopyAsync(cancellationToken).ConfigureAwait(false));
        return copy;
    }

    /// <summary>Adds all of another state under names of its own, for a source that wraps others.</summary>
    /// <param name="prefix">Stands before each name: 1 to 32 bytes, such as "left:".</param>
    /// <param name="state">The state of a source within.</param>
    /// <exception cref="ArgumentException">A name cannot be used, or is taken.</exception>
    public void Add(string prefix, SourceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var (name, bytes) in state._sections) Add(prefix + name, bytes);
        foreach (var segment in state._segments.Values) Keep(segment.Within(prefix));
    }

    /// <summary>What <see cref="Add(string, SourceState)"/> added under a prefix.</summary>
    /// <param name="prefix">What stands before each name.</param>
    public SourceState Of(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        var state = new SourceState();
        foreach (var (name, bytes) in _sections)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)) state.Add(name[prefix.Length..], bytes);
        }
        foreach (var segment in _segments.Values)
        {
            if (segment.Name.StartsWith(prefix, StringComparison.Ordinal)) state.Keep(segment.Without(prefix));
        }
        return state;
    }
}
