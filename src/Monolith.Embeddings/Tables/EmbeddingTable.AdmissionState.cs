using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Writes what the admission filters of all stripes remember. A stripe is locked at a time: nobody may write to the table meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    internal void SaveAdmission(AdmissionStateWriter writer)
    {
        _gate.EnterShared();
        try
        {
            foreach (var stripe in _stripes)
            {
                lock (stripe.Lock) stripe.SaveFilter(writer);
            }
        }
        finally
        {
            _gate.ExitShared();
        }
    }

    /// <summary>
    /// Reads what <see cref="SaveAdmission"/> wrote, of a table with the same filter and any number of stripes. Whoever throws leaves filters that remember nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">Ids are being counted already.</exception>
    /// <exception cref="InvalidDataException">A record is malformed, or of another filter.</exception>
    /// <exception cref="OutOfMemoryException">The memory for counted ids is smaller than what was saved.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    internal void LoadAdmission(IEnumerable<AdmissionRecord> records)
    {
        _gate.EnterExclusive();
        try
        {
            if (Array.Exists(_stripes, stripe => stripe.CountPending() > 0))
                throw new InvalidOperationException($"Table '{Name}' counts ids already; load into a table that has seen none.");
            try
            {
                foreach (var record in records.Select(RequireOwned)) _stripes[StripeOf(record.MixedId)].LoadFilter(in record);
            }
            catch
            {
                foreach (var stripe in _stripes) stripe.ClearFilter();
                throw;
            }
        }
        finally
        {
            _gate.ExitExclusive();
        }
    }
}
