def clear_session():
    pass
