using Monolith.Embeddings.Models;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// Writes the dense weights of a model for other programs, as a NumPy file. From a model, from a trainer that goes on, or from the newest
/// commit of a store, which needs neither the model nor the package that it is of. The rows of tables are <see cref="TableExport"/>'s.
/// </summary>
/// <remarks>
/// The file, <c>.npz</c>, has an array for each section of weights, under the section's name, of float32, little-endian, in C order, with
/// the section's shape; <c>numpy.load</c> reads it without pickle. The built-in models' sections are <c>linear</c> ([1 + dense features,
/// heads]: the global biases, then the weights of the dense features), <c>interaction</c> where there are several heads, and
/// <c>layers.0</c>, <c>layers.1</c>, … ([inputs + 1, outputs]: the matrix that a row of inputs is multiplied by, then its bias as the last
/// row). Those of a TorchSharp module are the keys of its <c>state_dict</c>, so that PyTorch loads them:
/// <c>module.load_state_dict({k: torch.from_numpy(f[k]) for k in f}, strict=False)</c>. What optimizers keep is not exported.
/// </remarks>
/// <example>
/// <code>
/// // numpy.load reads it: an array for each dense parameter, by name.
/// await using (var file = File.Create("dense.npz"))
///     await DenseExport.WriteNpzAsync(trainer, file, cancellationToken: stopping);
/// </code>
/// </example>
public static class DenseExport
{
    /// <summary>Writes the weights of a model.</summary>
    /// <param name="model">The model, not disposed; nothing of it runs meanwhile.</param>
    /// <param name="destination">Receives the file; need not be able to seek, and is left open.</param>
    /// <param name="compress">Whether arrays are deflated. Default false: weights hardly shrink.</param>
    /// <param name="cancellationToken">Cancels the call; what was written is then no file.</param>
    /// <returns>What was written, and what was left out.</returns>
    /// <exception cref="NotSupportedException">A weight's name ends in <c>.npy</c>, by which NumPy would find another.</exception>
    /// <exception cref="IOException">The destination failed.</exception>
    public static Task<ExportedWeights> WriteNpzAsync(
        OnlineModel model, Stream destination, bool compress = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(destination);
        return Task.Run(() =>
        {
            var sections = new ModelSections();
            model.SaveWhole(sections);
            return Write(sections, destination, compress, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Writes the weights of a trainer's model as they are between two batches, also while the trainer runs.</summary>
    /// <param name="trainer">The trainer; it waits while the weights are copied, and not while the file is written.</param>
    /// <param name="destination">Receives the file; need not be able to seek, and is left open.</param>
    /// <param name="compress">Whether arrays are deflated. Default false: weights hardly shrink.</param>
    /// <param name="cancellationToken">Cancels the call; what was written is then no file.</param>
    /// <returns>What was written, and what was left out.</returns>
    /// <exception cref="InvalidOperationException">A batch failed in the middle, or weights are not finite.</exception>
    /// <exception cref="NotSupportedException">A weight's name ends in <c>.npy</c>, by which NumPy would find another.</exception>
    /// <exception cref="IOException">The destination failed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public static async Task<ExportedWeights> WriteNpzAsync(
        OnlineTrainer trainer, Stream destination, bool compress = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(destination);
        var saved = await trainer.SaveModelAsync(knownVersion: -1, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Write(saved!.Sections!, destination, compress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Writes the weights of the model as the newest commit of a store holds it.</summary>
    /// <param name="store">The store; only read.</param>
    /// <param name="destination">Receives the file; need not be able to seek, and is left open.</param>
    /// <param name="compress">Whether arrays are deflated. Default false: weights hardly shrink.</param>
    /// <param name="cancellationToken">Cancels the call; what was written is then no file.</param>
    /// <returns>What was written, and what was left out.</returns>
    /// <exception cref="SnapshotException">The store failed, has no commit or no model, or a file was changed.</exception>
    /// <exception cref="NotSupportedException">A weight's name ends in <c>.npy</c>, by which NumPy would find another.</exception>
    /// <exception cref="IOException">The destination failed.</exception>
    public static async Task<ExportedWeights> WriteNpzAsync(
        SnapshotStore store, Stream destination, bool compress = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(destination);
        var sections = await StoredModel.ReadAsync(store, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Write(sections, destination, compress, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static ExportedWeights Write(
        ModelSections sections, Stream destination, bool compress, CancellationToken cancellationToken)
    {
        ModelSection[] weights = [.. sections.All.Where(section => section.Role == SectionRole.Weights)];
        ModelSection[] floats = [.. weights.Where(section => section.Kind == ModelSectionKind.Floats)];
        foreach (var section in floats) RequireOwnName(section.Name);
        using (var archive = new NpzArchive(destination, compress))
        {
            foreach (var section in floats)
            {
                cancellationToken.ThrowIfCancellationRequested();
                archive.Add(section.Name, new NpyHeader(NpyFormat.Float32, [.. section.Shape.Select(length => (long)length)]),
                    stream => stream.Write(section.Data.Span));
            }
        }
        return new ExportedWeights
        {
            Arrays = Array.AsReadOnly([.. floats.Select(section => section.Name)]),
            Weights = floats.Sum(section => (long)section.Data.Length / sizeof(float)),
            LeftOut = Array.AsReadOnly([.. weights.Except(floats).Select(section => section.Name)]),
        };
    }

    // NumPy takes the ending off each entry's name, and finds an entry by either.
    private static void RequireOwnName(string name)
    {
        if (!name.EndsWith(NpzArchive.Extension, StringComparison.Ordinal)) return;
        throw new NotSupportedException(
            $"The weights '{name}' cannot be written: NumPy would take their name for the file of another array. Give them a name that "
            + $"does not end in '{NpzArchive.Extension}'.");
    }
}
