using System.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A piece of a source's state that is written once: bytes by name, that live in the store from the commit whose state first keeps it to
/// the last one that does. Thread-safe.
/// </summary>
[DebuggerDisplay("{Name}, saved: {IsSaved}")]
public sealed class SourceSegment
{
    private readonly SegmentBody _body;

    /// <summary>Creates a segment that is not written yet.</summary>
    /// <param name="name">
    /// Its name: 1 to 200 bytes in UTF-8, without a slash. No two segments that live at a time share one, and other bytes have another.
    /// </param>
    /// <param name="write">
    /// Writes its bytes, beside training and on another thread, perhaps more than once, the same each time. The bytes must be there until
    /// <see cref="IsSaved"/>, or until no state that keeps it can be asked for any more.
    /// </param>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public SourceSegment(string name, Func<Stream, CancellationToken, Task> write)
        : this(name, new SegmentBody(write ?? throw new ArgumentNullException(nameof(write))))
    {
        SourceStateNames.Require(name);
    }

    private SourceSegment(string name, SegmentBody body) => (Name, _body) = (name, body);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether it is written, durably. Then <see cref="OpenAsync"/> gives its bytes back as long as a commit holds it.</summary>
    public bool IsSaved => _body.IsSaved;

    /// <summary>Opens the bytes of a segment that is saved; each is checked before it is given.</summary>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A stream to be read forward; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">It is not saved yet.</exception>
    /// <exception cref="SnapshotException">The file is missing or was changed; reading throws it, too.</exception>
    public Task<Stream> OpenAsync(CancellationToken cancellationToken = default) => _body.OpenAsync(Name, cancellationToken);

    /// <summary>One that a commit holds.</summary>
    internal static SourceSegment Of(SnapshotSegment saved, Func<CancellationToken, Task<Stream>> open) =>
        new(saved.Name, new SegmentBody(open, saved));

    /// <summary>A copy of its bytes in memory, which counts as saved.</summary>
    internal async Task<SourceSegment> CopyAsync(CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await _body.WriteAsync(copy, cancellationToken).ConfigureAwait(false);
        var bytes = copy.ToArray();
        return new(Name, new SegmentBody(_ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)), null));
    }

    /// <summary>The same under a name with something before it.</summary>
    internal SourceSegment Within(string prefix)
    {
        SourceStateNames.Require(prefix + Name);
        return new(prefix + Name, _body);
    }

    /// <summary>The same without what stands before its name.</summary>
    internal SourceSegment Without(string prefix) => new(Name[prefix.Length..], _body);

    /// <summary>What a commit appends: written now, unless it was for that chain before.</summary>
    internal Task<SnapshotSegment> SaveAsync(SnapshotChain chain, string section, CancellationToken cancellationToken) =>
        _body.SaveAsync(chain, section, Name, cancellationToken);
}
