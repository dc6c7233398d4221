using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A place of a file in which forgotten ids were found, see <see cref="SnapshotInspector.FindForgottenAsync"/>. Immutable.
/// </summary>
public sealed record ForgottenFinding
{
    /// <summary>The file's name.</summary>
    public required string File { get; init; }

    /// <summary>
    /// Where in the file: <c>rows</c>, <c>removals</c> or <c>counted ids</c> with the table's name; else the section, or <c>bytes</c> of a
    /// file of another form.
    /// </summary>
    public required string Place { get; init; }

    /// <summary>How often; which ids is not told, so that no log repeats them.</summary>
    public required long Count { get; init; }

    /// <summary>Whether some of them count again by now (<c>ForgetRequest.Until</c>), so that what was found may be new.</summary>
    public required bool MayBeNew { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ForgottenFinding), PrintMembers);
}
