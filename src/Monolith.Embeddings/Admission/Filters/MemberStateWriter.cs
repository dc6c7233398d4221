namespace Monolith.Embeddings.Admission.Filters;

/// <summary>Puts the number of a combination's member before its records.</summary>
internal sealed class MemberStateWriter(AdmissionStateWriter writer, byte member) : AdmissionStateWriter
{
    private byte[] _record = [];

    public override void Write(ulong mixedId, ReadOnlySpan<byte> record)
    {
        if (_record.Length < record.Length + 1) _record = new byte[record.Length + 1];
        _record[0] = member;
        record.CopyTo(_record.AsSpan(1));
        writer.Write(mixedId, _record.AsSpan(0, record.Length + 1));
    }
}
